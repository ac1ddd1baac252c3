-- What a person was asked to agree to before a tool of the MCP server does it.

create table control.mcp_confirmation (
  -- sha256 of the token that the answer carried
  token_hash bytea primary key,
  account_id text not null,
  -- who asked: of the key, the token or the person
  caller_id text not null,
  tool text not null,
  -- sha256 of the arguments as they were given
  args_hash bytea not null,
  -- what was to be shown, word for word
  sentence text not null,
  -- what the tool needs to do it, such as the preview
  facts jsonb not null,
  -- the account's last journal entry when the sentence was made
  seq bigint not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  -- when it was first sent back
  used_at timestamptz
);
create index mcp_confirmation_expiry on control.mcp_confirmation (expires_at);
