-- Calls as their carrier knows them, so that one can be put through to a person and come back.

-- `id` is the carrier's own. `wanted_by` is the message for which a person is wanted, `reason` that of its
-- task, `tried` how many numbers were
-- dialled for it, `leg` the carrier's id of the one that rings, `returns` how often the
-- assistant had the caller back. `times` are the caller's waits in
-- seconds, stage by stage: figures, and not a word.
create table phone_call (
    practice_id uuid not null references practice,
    id text not null,
    carrier text not null,
    number text not null,
    conversation_id uuid not null,
    stage text not null check (stage in ('talking', 'wanted', 'dialling', 'with a person', 'over')),
    wanted_by uuid,
    reason text,
    tried int not null default 0,
    returns int not null default 0,
    leg text,
    began_at timestamptz not null,
    changed_at timestamptz not null,
    times jsonb,
    primary key (practice_id, id)
);
create index phone_call_open on phone_call (practice_id, changed_at) where stage <> 'over';
create index phone_call_of on phone_call (practice_id, conversation_id);
alter table phone_call enable row level security;
create policy own_practice on phone_call to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on phone_call to frontdesk_app;
