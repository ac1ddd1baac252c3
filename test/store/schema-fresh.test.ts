import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { schemaDump } from '../../src/store/schema-dump.ts'
import { emptyDatabase, freshDatabase } from '../support/database.ts'

test('schema.sql is the schema that the migrations give', async () => {
  const committed = readFileSync(new URL('../../schema.sql', import.meta.url), 'utf8')
  const { url } = await freshDatabase()
  expect(await schemaDump(url), 'write it again: node --import tsx scripts/dump-schema.ts').toBe(
    committed,
  )
})

// What today's migrations do not use must show in the dump as well, or its review would miss it.
test('the dump shows every kind of object and every property of a column', async () => {
  const { url, pool } = await emptyDatabase()
  await pool.query(`
    create schema control;
    create schema accounts;
    create type accounts.colour as enum ('red', 'Green');
    create table accounts.parent (id bigint generated always as identity primary key);
    create unlogged table accounts."Child" (
      parent_id bigint references accounts.parent,
      label text collate "C" default 'A',
      twice bigint generated always as (parent_id * 2) stored,
      tint accounts.colour,
      check (label <> 'NULL')
    ) with (fillfactor = 70);
    create index child_label on accounts."Child" (lower(label)) where label is not null;
    create view accounts.labels as select label from accounts."Child";
    create function accounts.one() returns integer language sql as $$ SELECT 1 $$;`)
  const dump = await schemaDump(url)
  expect(dump.slice(dump.indexOf('create schema accounts;'))).toMatchInlineSnapshot(`
    "create schema accounts;

    create type accounts.colour as enum ('red', 'Green');

    create unlogged table accounts."Child" (
      parent_id bigint,
      label text collate "C" default 'A'::text,
      twice bigint generated always as (parent_id * 2) stored,
      tint accounts.colour,
      constraint "Child_parent_id_fkey" foreign key (parent_id) references accounts.parent(id),
      constraint "Child_label_check" check (label <> 'NULL'::text)
    ) with (fillfactor=70);
    create index child_label on accounts."Child" (lower(label)) where (label is not null);

    create table accounts.parent (
      id bigint not null generated always as identity,
      constraint parent_pkey primary key (id)
    );

    create view accounts.labels as
     SELECT label
       FROM accounts."Child";

    CREATE OR REPLACE FUNCTION accounts.one()
     RETURNS integer
     LANGUAGE sql
    AS $function$ SELECT 1 $function$;
    "
  `)
})
