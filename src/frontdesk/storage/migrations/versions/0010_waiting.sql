-- What patients wait for, what they said of their insurance, and that they will come.

-- Who waits for a time that fits a wish: FHIR Appointment with status "waitlist". One time is offered at a time;
-- `offered` are all starts that ever were. The wish is sealed: it tells of somebody's days.
create table waiting (
    practice_id uuid not null references practice,
    id uuid not null,
    conversation_id uuid not null,
    patient_id uuid not null,
    service text not null,
    wish_sealed bytea not null,
    instead text,
    joined_at timestamptz not null,
    left_at timestamptz,
    looked_at timestamptz not null,
    offered timestamptz[] not null,
    offer_ends_at timestamptz,
    order_no bigint generated always as identity,
    primary key (practice_id, id)
);
create index waiting_now on waiting (practice_id, looked_at) where left_at is null;

-- An insurance as the patient told it (FHIR Coverage, status "draft" until the clinic has verified it).
create table coverage (
    practice_id uuid not null references practice,
    id uuid not null,
    conversation_id uuid not null,
    told_sealed bytea not null,
    told_at timestamptz not null,
    primary key (practice_id, id)
);
create index coverage_of on coverage (practice_id, conversation_id);

-- That a patient will come (FHIR Appointment.participant.status "accepted").
create table confirmation (
    practice_id uuid not null references practice,
    appointment_id text not null,
    conversation_id uuid not null,
    confirmed_at timestamptz not null,
    primary key (practice_id, appointment_id)
);

do $$
declare
    one text;
begin
    foreach one in array array['waiting', 'coverage', 'confirmation']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
