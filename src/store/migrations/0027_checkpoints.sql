-- The log of sealed heads: an append-only tree over the heads of accounts' chains, and its signed checkpoints.

-- One row: what the next round appends to. Whoever moves its size from the one it has read has won.
create table control.log_tree (
  tree_id text primary key,
  size bigint not null,
  -- the account up to which heads were last compared with the log
  walked_to text not null
);
insert into control.log_tree (tree_id, size, walked_to) values ('heads', 0, '');

create table control.log_leaf (
  leaf_index bigint primary key,
  account_id text not null,
  seq bigint not null,
  -- of the entry with this seq in the account's chain
  hash bytea not null,
  unique (account_id, seq)
);

-- Hashes of complete subtrees; those of single leaves are made from their rows.
create table control.log_node (
  level smallint not null,
  node_index bigint not null,
  hash bytea not null,
  primary key (level, node_index)
);

create table control.log_checkpoint (
  size bigint primary key,
  root bytea not null,
  -- as it is signed and published
  note text not null,
  key_text text not null,
  at timestamptz not null
);

-- Keys in the order of their use; `until_size` is the last checkpoint that one signed.
create table control.log_key (
  key_text text not null,
  from_size bigint not null,
  until_size bigint,
  -- whether the key before it signed its first checkpoint, too
  announced boolean not null,
  added_at timestamptz not null,
  primary key (key_text, from_size)
);

-- How far each place where checkpoints are published has got.
create table control.log_publication (
  target text primary key,
  size bigint not null,
  tried_at timestamptz not null,
  error text
);
