-- What is to be written to the connected system beside the visits themselves: that a patient will come, who they are,
-- how they are insured. `about` is the visit, the patient or the coverage; the words themselves stand with those.
create table write_back (
    practice_id uuid not null references practice,
    id uuid not null,
    what text not null check (what in ('confirm', 'demographics', 'coverage')),
    about text not null,
    conversation_id uuid,
    patient_id uuid,
    asked_at timestamptz not null,
    due_at timestamptz,
    attempts integer not null default 0,
    primary key (practice_id, id)
);
create index write_back_due on write_back (practice_id, due_at) where due_at is not null;
alter table write_back enable row level security;
create policy own_practice on write_back to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on write_back to frontdesk_app;
