-- Visits: what may become of one, its history, the saga of each change, and what a patient was last told.

-- Whether a visit in one status may go on to another. The same table as domain/appointment.py; a test compares them.
create function may_become(earlier text, later text) returns boolean language sql immutable parallel safe as $$
    select earlier = later or (earlier, later) in (
        ('proposed', 'pending'), ('proposed', 'booked'), ('proposed', 'waitlist'), ('proposed', 'cancelled'),
        ('proposed', 'entered-in-error'),
        ('waitlist', 'proposed'), ('waitlist', 'pending'), ('waitlist', 'booked'), ('waitlist', 'cancelled'),
        ('waitlist', 'entered-in-error'),
        ('pending', 'booked'), ('pending', 'waitlist'), ('pending', 'cancelled'), ('pending', 'entered-in-error'),
        ('booked', 'arrived'), ('booked', 'checked-in'), ('booked', 'fulfilled'), ('booked', 'noshow'),
        ('booked', 'cancelled'), ('booked', 'entered-in-error'),
        ('arrived', 'booked'), ('arrived', 'checked-in'), ('arrived', 'fulfilled'), ('arrived', 'cancelled'),
        ('arrived', 'entered-in-error'),
        ('checked-in', 'arrived'), ('checked-in', 'fulfilled'), ('checked-in', 'cancelled'),
        ('checked-in', 'entered-in-error'),
        ('fulfilled', 'entered-in-error'), ('cancelled', 'entered-in-error'), ('noshow', 'entered-in-error')
    )
$$;

-- Who changed it last and when, why it was cancelled (FHIR's codes), and a word of explanation that names nobody.
alter table appointment add column changed_at timestamptz;
alter table appointment add column changed_by text not null default 'desk'
    check (changed_by in ('patient', 'desk', 'staff', 'mirror'));
alter table appointment add column note text;
update appointment set changed_at = created_at, note = reason, reason = case when reason is null then null else 'other' end;
alter table appointment alter column changed_at set not null;
alter table appointment add constraint appointment_reason check (reason in ('pat', 'pat-crs', 'pat-cpp', 'pat-dec',
    'pat-fb', 'pat-lt', 'pat-mt', 'pat-mv', 'pat-preg', 'pat-swl', 'pat-ucp', 'prov', 'prov-pers', 'prov-dch',
    'prov-edu', 'prov-hosp', 'prov-labs', 'prov-mri', 'prov-onc', 'maint', 'meds-inc', 'other', 'oth-cms', 'oth-err',
    'oth-fin', 'oth-iv', 'oth-int', 'oth-mu', 'oth-room', 'oth-oerr', 'oth-swie', 'oth-weath'));

create table appointment_history (
    practice_id uuid not null,
    appointment_id uuid not null,
    version integer not null,
    status text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    practitioner text,
    room text,
    reason text,
    note text,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (practice_id, appointment_id, version),
    foreign key (practice_id, appointment_id) references appointment on delete cascade
);

create function appointment_goes_on() returns trigger language plpgsql as $$
begin
    if not may_become(old.status, new.status) then
        raise exception using errcode = 'check_violation', constraint = 'appointment_goes_on',
            message = format('a visit that is %s cannot become %s', old.status, new.status);
    end if;
    return new;
end $$;
create trigger appointment_goes_on before update of status on appointment
    for each row execute function appointment_goes_on();

create function appointment_is_kept() returns trigger language plpgsql as $$
begin
    insert into appointment_history (practice_id, appointment_id, version, status, starts_at, ends_at, practitioner,
        room, reason, note, changed_by, changed_at)
    select new.practice_id, new.id, count(*) + 1, new.status, new.starts_at, new.ends_at, new.practitioner, new.room,
        new.reason, new.note, new.changed_by, new.changed_at
    from appointment_history where practice_id = new.practice_id and appointment_id = new.id;
    return null;
end $$;
create trigger appointment_is_entered after insert on appointment for each row execute function appointment_is_kept();
create trigger appointment_is_changed after update on appointment for each row
    when ((old.status, old.starts_at, old.ends_at, old.practitioner, old.room, old.reason)
        is distinct from (new.status, new.starts_at, new.ends_at, new.practitioner, new.room, new.reason))
    execute function appointment_is_kept();

-- Every intent that has acted on the calendar, and on which visit: the same intent acts once, whatever has become of
-- the visit since.
create table acted (
    practice_id uuid not null references practice,
    key text not null,
    appointment_id uuid not null,
    primary key (practice_id, key)
);
insert into acted select practice_id, booked_key, id from appointment where booked_key is not null;
alter table appointment drop column booked_key;

-- Where somebody is kept busy, so that the way to their next visit can be counted.
alter table claim add column location text;
update claim c set location = a.location from appointment a
where a.practice_id = c.practice_id and a.id = c.appointment_id;

-- Row-level security keeps PostgreSQL from asking an index for ranges that overlap (&& is not leakproof), and every
-- claim of the practice would be read each time. So what looks among claims runs as their owner and names the
-- practice itself, the one the caller is in.
create function claims_within(p_from timestamptz, p_to timestamptz, p_now timestamptz)
returns table (kind text, subject text, lane smallint, start_at timestamptz, end_at timestamptz, location text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return query select c.kind, c.subject, c.lane, lower(c.during), upper(c.during), c.location from claim c
    where c.practice_id = this_practice() and c.during && tstzrange(p_from, p_to)
        and (c.held_until is null or c.held_until > p_now);
end $$;

-- The same in one trip, for whoever works out what is free: the version of the practice that is in force, and a row for
-- each lane of somebody or something with the ranges of its claims in PostgreSQL's binary form, one after another: to
-- pass them row by row takes longer than to find them. It is a transaction of its own, and the practice is its first
-- argument.
create function busy_within(p_practice uuid, p_from timestamptz, p_to timestamptz, p_now timestamptz,
    out version integer, out kinds text[], out subjects text[], out lanes smallint[], out locations text[],
    out stretches bytea[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    select max(v.version) into version from practice_version v where v.practice_id = p_practice;
    select array_agg(k.kind), array_agg(k.subject), array_agg(k.lane), array_agg(k.location), array_agg(k.held)
    into kinds, subjects, lanes, locations, stretches
    from (
        select c.kind, c.subject, c.lane, c.location,
            string_agg(range_send(c.during), null) as held
        from claim c
        where c.practice_id = p_practice and c.during && tstzrange(p_from, p_to)
            and (c.held_until is null or c.held_until > p_now)
        group by c.kind, c.subject, c.lane, c.location
    ) as k;
end $$;

-- What is in the way of a time, null when nothing is; and the holds there that ran out and can be freed. `p_own` are
-- visits and holds that give way to it. A look for each claim by itself: PostgreSQL then asks the index whatever it
-- believes of the table's size.
create function in_the_way(
    p_practice uuid, p_now timestamptz, p_own uuid[],
    p_kinds text[], p_subjects text[], p_lanes smallint[], p_starts timestamptz[], p_ends timestamptz[],
    out taken text, out ran_out uuid[]
) language plpgsql stable as $$
declare
    v_claim record;
begin
    for i in 1 .. coalesce(cardinality(p_subjects), 0) loop
        for v_claim in
            select c.appointment_id, c.held_until from claim c
            where c.practice_id = p_practice and c.subject = p_subjects[i] and c.during && tstzrange(p_starts[i], p_ends[i])
                and c.kind = p_kinds[i] and c.lane = p_lanes[i] and c.appointment_id <> all (p_own)
        loop
            if v_claim.held_until <= p_now then
                ran_out := ran_out || v_claim.appointment_id;
            else
                taken := p_kinds[i];
                return;
            end if;
        end loop;
    end loop;
end $$;

-- Takes a time for a visit, a hold or a visit's new time, or says what is in the way: one trip, one transaction.
-- It glances before it queues, since most who come too late need no lock to be told so. Then it locks in a fixed
-- order (racing desks queue instead of deadlocking on the constraints), looks at everything, frees holds that ran out
-- and writes. The exclusion constraints stay behind it as the backstop.
-- `p_held`: the patient's own hold, which gives way. `p_moved`: the visit that gets this time in place of its own.
-- `p_claims`: [{kind, subject, lane, starts, ends}], times in ISO 8601; as one value, since a driver is slow to write
-- five arrays.
-- The same `p_id` again finds what the first call made (was_there); a hold that ran out is made anew under the next id.
create function take_time(
    p_practice uuid, p_now timestamptz, p_by text, p_id uuid, p_held uuid, p_moved uuid,
    p_patient uuid, p_service text, p_location text, p_practitioner text, p_room text, p_devices text[],
    p_start timestamptz, p_end timestamptz, p_status text, p_held_until timestamptz, p_key text, p_source text,
    p_guarded boolean, p_claims jsonb
) returns table (taken text, appointment_id uuid, was_there boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_id uuid := p_id;
    v_status text;
    v_own uuid[] := array_remove(array[p_id, p_held, p_moved], null);
    v_ran_out uuid[];
    v_kinds text[];
    v_subjects text[];
    v_lanes smallint[];
    v_starts timestamptz[];
    v_ends timestamptz[];
begin
    was_there := false;
    if p_guarded then  -- whoever is with the first of its claims as it begins: what most who come too late find
        select c.kind into taken
        from (
            select * from claim
            where practice_id = p_practice and kind = p_claims -> 0 ->> 'kind' and subject = p_claims -> 0 ->> 'subject'
                and lane = (p_claims -> 0 ->> 'lane')::smallint
                and lower(during) <= (p_claims -> 0 ->> 'starts')::timestamptz
            order by lower(during) desc limit 1
        ) as c
        where upper(c.during) > (p_claims -> 0 ->> 'starts')::timestamptz and c.appointment_id <> all (v_own)
            and (c.held_until is null or c.held_until > p_now);
        if taken is not null then
            if p_key is not null then
                select k.appointment_id into appointment_id from acted k
                where k.practice_id = p_practice and k.key = p_key;
                was_there := found;
            end if;
            if was_there then
                taken := null;
            end if;
            return next;
            return;
        end if;
    end if;

    perform set_config('frontdesk.practice', p_practice::text, true);
    select array_agg(c.kind), array_agg(c.subject), array_agg(c.lane), array_agg(c.starts), array_agg(c.ends)
    into v_kinds, v_subjects, v_lanes, v_starts, v_ends
    from jsonb_to_recordset(p_claims)
        as c(kind text, subject text, lane smallint, starts timestamptz, ends timestamptz);

    perform pg_advisory_xact_lock(hashtextextended(wanted.name, 0))
    from (select p_practice || ':' || k || ':' || s || ':' || (b at time zone 'UTC')::date as name
          from unnest(v_kinds, v_subjects, v_starts) as t(k, s, b)
          union
          select c.practice_id || ':' || c.kind || ':' || c.subject || ':' || (lower(c.during) at time zone 'UTC')::date
          from claim c where c.practice_id = p_practice and c.appointment_id in (p_held, p_moved)
          order by 1) as wanted;

    if p_key is not null then  -- the same intent, come by two ways at once
        select k.appointment_id into appointment_id from acted k where k.practice_id = p_practice and k.key = p_key;
        if found then
            was_there := true;
            return next;
            return;
        end if;
    end if;
    if p_moved is null then
        loop
            select a.status into v_status from appointment a where a.practice_id = p_practice and a.id = v_id;
            exit when not found;
            if v_status <> 'cancelled' then
                appointment_id := v_id;
                was_there := true;
                return next;
                return;
            end if;
            v_id := md5(v_id::text)::uuid;
        end loop;
    end if;

    if p_guarded then
        select w.taken, w.ran_out into taken, v_ran_out
        from in_the_way(p_practice, p_now, v_own, v_kinds, v_subjects, v_lanes, v_starts, v_ends) as w;
        if taken is not null then
            return next;
            return;
        end if;
        if v_ran_out is not null then
            update appointment a set status = 'cancelled', held_until = null, reason = 'other', note = 'hold ran out',
                changed_at = p_now
            where a.practice_id = p_practice and a.status = 'pending' and a.id = any (v_ran_out);
            delete from claim c where c.practice_id = p_practice and c.appointment_id = any (v_ran_out);
        end if;
    end if;

    -- A visit before its claims, as whoever cancels or lets a hold run out does; the other way round they wait for
    -- each other.
    perform from appointment a where a.practice_id = p_practice and a.id in (p_held, p_moved) order by a.id for update;
    if p_moved is not null and not exists (select from appointment a
            where a.practice_id = p_practice and a.id = p_moved and a.status = 'booked') then
        -- It was cancelled, or the patient has come: its time is no longer the patient's to change. A row of nulls.
        return next;
        return;
    end if;
    if p_held is not null then
        delete from claim c where c.practice_id = p_practice and c.appointment_id = p_held
            and exists (select from appointment a where a.practice_id = p_practice and a.id = p_held
                        and a.status in ('pending', 'cancelled'));
    end if;
    if p_moved is not null then
        update appointment a set service = p_service, location = p_location, practitioner = p_practitioner,
            room = p_room, devices = p_devices, starts_at = p_start, ends_at = p_end, sequence = a.sequence + 1,
            changed_at = p_now, changed_by = p_by
        where a.practice_id = p_practice and a.id = p_moved;
        delete from claim c where c.practice_id = p_practice and c.appointment_id = p_moved;
        v_id := p_moved;
    end if;
    if p_held is not null and p_moved is null then
        update appointment a set status = p_status, held_until = p_held_until, patient_id = p_patient, service = p_service, location = p_location, practitioner = p_practitioner,
            room = p_room, devices = p_devices, starts_at = p_start, ends_at = p_end,
            changed_at = p_now, changed_by = p_by
        where a.practice_id = p_practice and a.id = p_held and a.status = 'pending';
        if found then
            v_id := p_held;
        end if;
    elsif p_held is not null then
        update appointment a set status = 'cancelled', held_until = null, reason = 'other', note = 'became the new time',
            changed_at = p_now, changed_by = p_by
        where a.practice_id = p_practice and a.id = p_held and a.status = 'pending';
    end if;
    if v_id <> all (array_remove(array[p_held, p_moved], null)) then
        insert into appointment (practice_id, id, patient_id, service, location, practitioner, room, devices,
            starts_at, ends_at, status, held_until, source, created_at, changed_at, changed_by)
        values (p_practice, v_id, p_patient, p_service, p_location, p_practitioner, p_room, p_devices,
            p_start, p_end, p_status, p_held_until, p_source, p_now, p_now, p_by);
    end if;
    insert into claim (practice_id, appointment_id, kind, subject, lane, during, held_until, guarded, location)
    select p_practice, v_id, k, s, l, tstzrange(b, e), p_held_until, p_guarded, p_location
    from unnest(v_kinds, v_subjects, v_lanes, v_starts, v_ends) as t(k, s, l, b, e);
    if p_key is not null then
        insert into acted (practice_id, key, appointment_id) values (p_practice, p_key, v_id);
    end if;
    perform pg_notify('frontdesk_changes', p_practice || ' appointment ' || v_id);
    appointment_id := v_id;
    was_there := false;
    return next;
end $$;

drop function claim_visit;
create index claim_before on claim (practice_id, kind, subject, lane, lower(during));
drop index claim_during;
create index claim_during on claim using gist (practice_id, during, subject);

-- The saga: intended -> held -> agreed -> booked (moved, cancelled) -> verified -> told. A row per intent; each step
-- is stored before the next is begun, and may be repeated. `told_trouble`: the patient has heard that it is not
-- certain, so that nothing more is done without looking first, and nothing is booked behind their back.
alter table booking drop constraint booking_step_check;
alter table booking add constraint booking_step_check check (step in ('intended', 'held', 'agreed', 'booked',
    'verified', 'told', 'taken', 'undone', 'lapsed', 'unknown'));
alter table booking alter column conversation_id drop not null;
alter table booking alter column message_id drop not null;
alter table booking add column doing text not null default 'book' check (doing in ('book', 'move', 'cancel'));
alter table booking add column slot jsonb;
alter table booking add column held text;
alter table booking add column held_until timestamptz;
alter table booking add column visit text;
alter table booking add column reason text;
alter table booking add column told_trouble boolean not null default false;
alter table booking add column attempts integer not null default 0;
alter table booking add column due_at timestamptz;
update booking set due_at = at;
alter table booking alter column due_at set not null;
drop index booking_unfinished;
create index booking_unfinished on booking (practice_id, due_at)
    where step in ('intended', 'held', 'agreed', 'booked', 'verified');
create index booking_of_conversation on booking (practice_id, conversation_id);
create index booking_of_visit on booking (practice_id, appointment_id);

-- What a patient was last told of a visit: it stands (booked) at that time, or it does not (cancelled).
create table promise (
    practice_id uuid not null references practice,
    appointment_id text not null,
    conversation_id uuid,
    patient_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    practitioner text,
    status text not null check (status in ('booked', 'cancelled')),
    sequence integer not null default 0,
    told_at timestamptz not null,
    look_at timestamptz,
    primary key (practice_id, appointment_id)
);
create index promise_to_look_at on promise (practice_id, look_at) where look_at is not null;

-- Patients' numbers in a connected system.
create table chart (
    practice_id uuid not null references practice,
    system text not null,
    patient_id uuid not null,
    chart_sealed bytea not null,
    chart_hash bytea not null,
    primary key (practice_id, system, patient_id)
);
create index chart_of on chart (practice_id, system, chart_hash);

-- The system that a practice's calendar lives in; none: the built-in one. Its keys are sealed.
create table connection (
    practice_id uuid primary key references practice,
    system text not null,
    settings_sealed bytea not null,
    numbers jsonb not null,
    connected_at timestamptz not null
);

-- How often another system may be asked: when the next request may leave, by real time.
create table vendor_pace (
    practice_id uuid not null references practice,
    system text not null,
    next_at timestamptz not null,
    primary key (practice_id, system)
);

do $$
declare
    one text;
begin
    foreach one in array array['appointment_history', 'acted', 'promise', 'chart', 'connection', 'vendor_pace']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert on %I to frontdesk_app', one);
    end loop;
end $$;
grant update, delete on promise, chart, connection, vendor_pace to frontdesk_app;
