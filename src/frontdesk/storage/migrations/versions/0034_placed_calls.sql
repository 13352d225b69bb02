-- Calls that the desk places itself: one for each try, and what became of it.

-- `id` is its place in the outbox, `call` the carrier's own id once that is known, `conversation_id` what was said in
-- it. `answered_by` and `became` are words from fixed lists.
create table placed_call (
    practice_id uuid not null references practice,
    id uuid not null,
    patient_id uuid not null,
    address_hash bytea not null,
    stage text not null check (stage in ('placing', 'ringing', 'answered', 'over')),
    call text,
    conversation_id uuid,
    answered_by text,
    became text,
    placed_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (practice_id, id)
);
create unique index placed_call_at_carrier on placed_call (practice_id, call) where call is not null;
create index placed_call_to on placed_call (practice_id, address_hash, placed_at);
create index placed_call_of on placed_call (practice_id, patient_id);
create index placed_call_in on placed_call (practice_id, conversation_id) where conversation_id is not null;
create index placed_call_open on placed_call (practice_id, changed_at) where stage <> 'over';
alter table placed_call enable row level security;
create policy own_practice on placed_call to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on placed_call to frontdesk_app;

-- How often somebody was called for a reminder, and whether that is over: it goes another way then.
alter table reminder add column calls int not null default 0;
alter table reminder add column called_out boolean not null default false;
