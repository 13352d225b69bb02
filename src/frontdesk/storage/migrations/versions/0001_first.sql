-- The first tables. Every one that belongs to a practice leads with practice_id and is guarded by
-- row-level security; a column that tells who a patient is or how they are ends in _sealed and holds
-- ciphertext only. Times come from the desk's clock as parameters: nothing here asks the database's.

create extension if not exists btree_gist;
create extension if not exists pg_trgm;

-- Which practice is being served. Unset, it is null, and null equals nothing.
create function this_practice() returns uuid language sql stable as
$$ select nullif(current_setting('frontdesk.practice', true), '')::uuid $$;

-- One row: what this database is used for, and its clock (real time + ahead).
create table installation (
    only_one boolean primary key default true check (only_one),
    kind text not null check (kind in ('undecided', 'demo', 'production')),
    clock_pinned_to text,
    clock_ahead interval not null default interval '0'
);

-- The directory: the tables that lead to a practice. They hold no patient.
create table practice (
    id uuid primary key,
    key text not null unique check (key ~ '^[a-z][a-z0-9-]{0,62}$'),
    name text not null
);
create table endpoint (
    channel text not null,
    address text not null,
    practice_id uuid not null references practice,
    primary key (channel, address)
);

create table practice_version (
    practice_id uuid not null references practice,
    version integer not null,
    document jsonb not null,
    applied_at timestamptz not null,
    primary key (practice_id, version)
);

create table keyring (
    practice_id uuid primary key references practice,
    wrapped bytea not null
);

-- A data key per patient and per conversation; destroying the row forgets the person.
create table subject_key (
    practice_id uuid not null references practice,
    subject_id uuid not null,
    wrapped bytea not null,
    primary key (practice_id, subject_id)
);

create table patient (
    practice_id uuid not null references practice,
    id uuid not null,
    given_sealed bytea not null,
    family_sealed bytea not null,
    phone_sealed bytea,
    email_sealed bytea,
    phone_hash bytea,
    email_hash bytea,
    name_hash bytea not null,
    language text not null,
    created_at timestamptz not null,
    primary key (practice_id, id)
);
create index patient_by_phone on patient (practice_id, phone_hash);
create index patient_by_email on patient (practice_id, email_hash);

create table conversation (
    practice_id uuid not null references practice,
    id uuid not null,
    channel text not null check (channel in ('sms', 'webchat', 'email', 'voice')),
    address_sealed bytea,
    address_hash bytea not null,
    patient_id uuid,
    state_sealed bytea not null,
    last_seq integer not null default 0,
    started_at timestamptz not null,
    last_at timestamptz not null,
    closed_at timestamptz,
    primary key (practice_id, id)
);
-- One open conversation per address.
create unique index conversation_open on conversation (practice_id, channel, address_hash) where closed_at is null;

create table message (
    practice_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    seq integer not null,
    author text not null check (author in ('patient', 'assistant', 'staff')),
    text_sealed bytea not null,
    buttons_sealed bytea,
    provider_id text,
    sent_at timestamptz not null,
    answers_id uuid,
    answered_at timestamptz,
    why_sealed bytea,
    primary key (practice_id, id),
    unique (practice_id, conversation_id, seq),
    unique (practice_id, provider_id),
    foreign key (practice_id, conversation_id) references conversation
);
create index message_unanswered on message (practice_id, conversation_id) where author = 'patient' and answered_at is null;

create table appointment (
    practice_id uuid not null references practice,
    id uuid not null,
    patient_id uuid,
    service text,
    location text not null,
    practitioner text,
    room text,
    devices text[] not null default '{}',
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    status text not null check (status in ('proposed', 'pending', 'booked', 'arrived', 'fulfilled', 'cancelled',
        'noshow', 'entered-in-error', 'checked-in', 'waitlist')),
    held_until timestamptz,
    booked_key text,
    source text not null check (source in ('desk', 'staff', 'mirror')),
    reason text,
    sequence integer not null default 0,
    created_at timestamptz not null,
    primary key (practice_id, id),
    foreign key (practice_id, patient_id) references patient,
    check ((status = 'pending') = (held_until is not null))
);
create index appointment_by_start on appointment (practice_id, starts_at);
create index appointment_by_patient on appointment (practice_id, patient_id);
create index appointment_held on appointment (practice_id, held_until) where status = 'pending';

-- What a visit keeps busy. `guarded` rows exclude one another; visits mirrored from elsewhere and
-- overlaps that staff made on purpose are busy all the same, outside the constraint.
create table claim (
    practice_id uuid not null,
    appointment_id uuid not null,
    kind text not null check (kind in ('practitioner', 'room', 'device')),
    subject text not null,
    lane smallint not null default 1 check (lane >= 1),
    during tstzrange not null check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    held_until timestamptz,
    guarded boolean not null default true,
    primary key (practice_id, appointment_id, kind, subject, lane, during),
    foreign key (practice_id, appointment_id) references appointment on delete cascade,
    constraint claim_practitioner exclude using gist
        (practice_id with =, subject with =, lane with =, during with &&) where (kind = 'practitioner' and guarded),
    constraint claim_room exclude using gist
        (practice_id with =, subject with =, lane with =, during with &&) where (kind = 'room' and guarded),
    constraint claim_device exclude using gist
        (practice_id with =, subject with =, lane with =, during with &&) where (kind = 'device' and guarded)
);
create index claim_during on claim using gist (practice_id, during);

-- Claims a time, or says what is in the way. One round trip: locks in a fixed order (so that racing
-- desks queue instead of deadlocking on the constraints), drops holds that ran out, looks, inserts.
-- The exclusion constraints stay behind it as the backstop. Returns '' or the kind that is taken.
create function claim_visit(
    p_id uuid, p_patient uuid, p_service text, p_location text, p_practitioner text, p_room text, p_devices text[],
    p_start timestamptz, p_end timestamptz, p_status text, p_held_until timestamptz, p_booked_key text, p_source text,
    p_guarded boolean, p_now timestamptz,
    p_kinds text[], p_subjects text[], p_lanes smallint[], p_starts timestamptz[], p_ends timestamptz[]
) returns text language plpgsql as $$
declare
    v_practice uuid := this_practice();
    v_taken text;
begin
    perform pg_advisory_xact_lock(hashtextextended(wanted.name, 0))
    from (select v_practice || ':' || k || ':' || s || ':' || (b at time zone 'UTC')::date as name
          from unnest(p_kinds, p_subjects, p_starts) as t(k, s, b) order by 1) as wanted;

    if exists (select from appointment where practice_id = v_practice and id = p_id and status not in ('cancelled')) then
        return '';
    end if;

    if p_guarded then
        with ran_out as (
            select distinct c.appointment_id
            from unnest(p_kinds, p_subjects, p_lanes, p_starts, p_ends) as t(k, s, l, b, e)
            join claim c on c.practice_id = v_practice and c.kind = k and c.subject = s and c.during && tstzrange(b, e)
            where c.held_until <= p_now and c.appointment_id <> p_id
        ), freed as (
            delete from claim where practice_id = v_practice and appointment_id in (select appointment_id from ran_out)
        )
        update appointment set status = 'cancelled', held_until = null, reason = 'hold ran out'
        where practice_id = v_practice and status = 'pending' and id in (select appointment_id from ran_out);

        select c.kind into v_taken
        from unnest(p_kinds, p_subjects, p_lanes, p_starts, p_ends) as t(k, s, l, b, e)
        join claim c on c.practice_id = v_practice and c.kind = k and c.subject = s and c.lane = l
            and c.during && tstzrange(b, e)
        limit 1;
        if v_taken is not null then
            return v_taken;
        end if;
    end if;

    insert into appointment (practice_id, id, patient_id, service, location, practitioner, room, devices,
        starts_at, ends_at, status, held_until, booked_key, source, created_at)
    values (v_practice, p_id, p_patient, p_service, p_location, p_practitioner, p_room, p_devices,
        p_start, p_end, p_status, p_held_until, p_booked_key, p_source, p_now)
    on conflict (practice_id, id) do update set patient_id = excluded.patient_id, status = excluded.status,
        held_until = excluded.held_until, booked_key = excluded.booked_key, reason = null;
    insert into claim (practice_id, appointment_id, kind, subject, lane, during, held_until, guarded)
    select v_practice, p_id, k, s, l, tstzrange(b, e), p_held_until, p_guarded
    from unnest(p_kinds, p_subjects, p_lanes, p_starts, p_ends) as t(k, s, l, b, e);
    return '';
end $$;

-- The booking saga: intent recorded -> held -> booked -> verified -> told. A row per intent.
create table booking (
    practice_id uuid not null references practice,
    key text not null,
    conversation_id uuid not null,
    message_id uuid not null,
    appointment_id text,
    patient_id uuid,
    step text not null check (step in ('intended', 'booked', 'verified', 'told', 'taken', 'unknown')),
    at timestamptz not null,
    primary key (practice_id, key)
);
create index booking_unfinished on booking (practice_id, at) where step in ('intended', 'booked', 'verified', 'unknown');

create table intake (
    practice_id uuid not null references practice,
    id uuid not null,
    appointment_id text not null,
    patient_id uuid not null,
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    submitted_at timestamptz,
    answers_sealed bytea,
    primary key (practice_id, id),
    unique (practice_id, appointment_id)
);

-- Words and mails on their way out, written in the transaction of the state they belong to.
create table outbox (
    practice_id uuid not null references practice,
    id uuid not null,
    conversation_id uuid not null,
    channel text not null,
    subject_id uuid not null,
    payload_sealed bytea not null,
    order_no bigint generated always as identity,
    due_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'refused', 'given-up')),
    attempts integer not null default 0,
    receipt text,
    trouble text,
    created_at timestamptz not null,
    sent_at timestamptz,
    primary key (practice_id, id)
);
create index outbox_waiting on outbox (practice_id, due_at) where state = 'waiting';
create index outbox_in_order on outbox (practice_id, conversation_id, channel, order_no) where state = 'waiting';

-- What waits for a person. `times`: how often it came up; `tell_at`: when the next of those who are told is told, null
-- once somebody has taken it.
create table task (
    practice_id uuid not null references practice,
    id uuid not null,
    conversation_id uuid,
    appointment_id uuid,
    reason text not null,
    urgent boolean not null,
    story_sealed bytea,
    times integer not null default 1,
    opened_at timestamptz not null,
    last_at timestamptz not null,
    rounds integer not null default 0,
    tell_at timestamptz,
    taken_by text,
    taken_at timestamptz,
    closed_at timestamptz,
    primary key (practice_id, id),
    check (story_sealed is null or conversation_id is not null)
);
-- A desk is not flooded: one open task for each conversation and reason.
create unique index task_open on task (practice_id, conversation_id, reason) where closed_at is null;
-- Which contact was told of a task, in which message of the outbox, and when they said that they know.
create table notice (
    practice_id uuid not null,
    id uuid not null,
    task_id uuid not null,
    contact text not null,
    told_at timestamptz not null,
    failed boolean not null default false,
    acknowledged_at timestamptz,
    primary key (practice_id, id),
    foreign key (practice_id, task_id) references task on delete cascade
);
create index notice_of_task on notice (practice_id, task_id);
create index task_to_tell on task (practice_id, tell_at) where closed_at is null and tell_at is not null;

create table consent (
    practice_id uuid not null references practice,
    id uuid not null,
    channel text not null,
    address_hash bytea not null,
    messages_allowed boolean not null,
    words_sealed bytea not null,
    subject_id uuid not null,
    recorded_at timestamptz not null,
    primary key (practice_id, id)
);
create index consent_latest on consent (practice_id, channel, address_hash, recorded_at desc);

-- What the demo's own carrier and post office delivered: a phone's screen and a mailbox.
create table local_text (
    practice_id uuid not null references practice,
    id uuid not null,
    key text not null,
    phone_hash bytea not null,
    subject_id uuid not null,
    body_sealed bytea not null,
    from_patient boolean not null,
    order_no bigint generated always as identity,
    at timestamptz not null,
    primary key (practice_id, id),
    unique (practice_id, key)
);
create index local_text_by_phone on local_text (practice_id, phone_hash, order_no);
create table local_mail (
    practice_id uuid not null references practice,
    id uuid not null,
    message_id text not null,
    subject_id uuid not null,
    raw_sealed bytea not null,
    order_no bigint generated always as identity,
    at timestamptz not null,
    primary key (practice_id, id),
    unique (practice_id, message_id)
);

do $$
declare
    one text;
begin
    foreach one in array array['practice_version', 'keyring', 'subject_key', 'patient', 'conversation', 'message',
        'appointment', 'claim', 'booking', 'intake', 'outbox', 'task', 'notice', 'consent', 'local_text', 'local_mail']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
grant select, insert, update on practice, endpoint to frontdesk_app;
grant select on installation to frontdesk_app;
