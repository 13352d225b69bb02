-- What is said before and after visits beside their reminders: how to prepare, what to mind, when to come again.

-- Whether the reminder said how to prepare: that is told once of a visit, however often it is moved.
alter table reminder add column prepares boolean not null default false;

-- What is said once after one visit. `good_until`: from then on it is of no use; `outbox_id` is what was sent, `why` the
-- reason where nothing was: words of ours, none of a patient's.
create table after_visit (
    practice_id uuid not null references practice,
    appointment_id text not null,
    saying text not null check (saying in ('aftercare', 'again')),
    patient_id uuid not null,
    conversation_id uuid,
    service text not null,
    location text,
    starts_at timestamptz not null,
    due_at timestamptz not null,
    good_until timestamptz not null,
    state text not null check (state in ('planned', 'sent', 'skipped', 'ended')),
    why text not null default '',
    outbox_id uuid,
    changed_at timestamptz not null,
    primary key (practice_id, appointment_id, saying)
);
create index after_visit_due on after_visit (practice_id, due_at) where state = 'planned';
create index after_visit_of on after_visit (practice_id, patient_id);
create index after_visit_sent_as on after_visit (practice_id, outbox_id) where outbox_id is not null;
alter table after_visit enable row level security;
create policy own_practice on after_visit to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on after_visit to frontdesk_app;
