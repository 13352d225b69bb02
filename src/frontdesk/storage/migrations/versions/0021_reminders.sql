-- Reminders of visits, planned with what patients were told, each sent once.

-- What a reminder's ladder and wall clock go by, as the patient was told; null in what was kept before. `to_plan`: the
-- reminders of what was told are still to be planned, or to be planned anew since the practice has changed its own.
alter table promise add column service text;
alter table promise add column location text;
alter table promise add column to_plan boolean not null default true;
create index promise_to_plan on promise (practice_id) where to_plan;

-- The same of visits that a connected system has and nobody here spoke of.
alter table mirrored_visit add column to_plan boolean not null default true;
create index mirrored_visit_to_plan on mirrored_visit (practice_id) where to_plan;

-- One reminder of one visit at one time. `before` names the rung of the ladder, from `good_until` on it is of no use;
-- `outbox_id` is what was sent, `why` the reason where nothing was: words of ours, none of a patient's.
create table reminder (
    practice_id uuid not null references practice,
    appointment_id text not null,
    starts_at timestamptz not null,
    before interval not null,
    patient_id uuid not null,
    due_at timestamptz not null,
    good_until timestamptz not null,
    state text not null check (state in ('planned', 'sent', 'skipped', 'ended')),
    why text not null default '',
    outbox_id uuid,
    changed_at timestamptz not null,
    primary key (practice_id, appointment_id, starts_at, before)
);
create index reminder_due on reminder (practice_id, due_at) where state = 'planned';
create index reminder_of on reminder (practice_id, patient_id);
create index reminder_sent_as on reminder (practice_id, outbox_id) where outbox_id is not null;
alter table reminder enable row level security;
create policy own_practice on reminder to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on reminder to frontdesk_app;
