-- What came of visits, experiments with what the desk does, and what the visits taught about those that are missed.

-- One visit whose time has come, of whichever calendar; it outlives the copy of a connected system's. `system` is '' for
-- the built-in one. `booked_at` null: not known. `confirmed_at`: when the patient said that they will come. 'not-said':
-- nobody has marked whether they came. `patient_id` goes when they are forgotten.
create table visit_outcome (
    practice_id uuid not null references practice,
    system text not null,
    number text not null,
    patient_id uuid,
    service text,
    location text not null,
    practitioner text,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    booked_at timestamptz,
    confirmed_at timestamptz,
    became text not null check (became in ('came', 'missed', 'cancelled-late', 'cancelled', 'not-said')),
    primary key (practice_id, system, number)
);
create index visit_outcome_at on visit_outcome (practice_id, starts_at);
create index visit_outcome_of on visit_outcome (practice_id, patient_id, starts_at) where patient_id is not null;

-- When outcomes were last gathered, and when the visits' lesson was last learned.
create table outcome_run (
    practice_id uuid primary key references practice,
    gathered_at timestamptz not null,
    learned_at timestamptz
);

-- In which arm of an experiment a patient is, since when, and the visit that counts. It never changes.
create table experiment_assignment (
    practice_id uuid not null references practice,
    experiment text not null,
    patient_id uuid not null,
    arm text not null check (arm in ('usual', 'other')),
    appointment_id text not null,
    assigned_at timestamptz not null,
    primary key (practice_id, experiment, patient_id)
);
create index experiment_assignment_to on experiment_assignment (practice_id, appointment_id);

-- That an experiment is over, and what it has shown: nobody is put into it any more.
create table experiment_end (
    practice_id uuid not null references practice,
    experiment text not null,
    standing text not null,
    ended_at timestamptz not null,
    primary key (practice_id, experiment)
);

-- What the visits taught, month by month: weights with their names, and how they did on visits that they had not seen.
create table noshow_model (
    practice_id uuid not null references practice,
    learned_at timestamptz not null,
    learned jsonb not null,
    primary key (practice_id, learned_at)
);

-- What was done for a conversation, and what came of it, is counted conversation by conversation.
create index task_of on task (practice_id, conversation_id, last_at);
create index confirmation_of on confirmation (practice_id, conversation_id, confirmed_at);

do $$
declare
    one text;
begin
    foreach one in array array['visit_outcome', 'outcome_run', 'experiment_assignment', 'experiment_end',
        'noshow_model']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
