-- The record of who saw and did what. The application writes and reads it, and can change or delete nothing of it.
-- What is recorded never refers to the rows it is about: those may be forgotten, the record stands.

create table audit_event (
    practice_id uuid not null references practice,
    id uuid not null,
    at timestamptz not null,
    what text not null,
    action text not null check (action in ('C', 'R', 'U', 'D', 'E')),
    outcome text not null check (outcome in ('0', '4', '8')),
    actor_kind text not null,
    actor_id text not null,
    purpose text not null,
    origin text not null,
    grant_id uuid,
    subjects uuid[] not null,
    detail text not null,
    key_version integer not null,
    mac bytea not null,
    primary key (practice_id, id)
);
create index audit_event_subjects on audit_event using gin (subjects);

-- The chain: each link is made from the one before it and the event's own MAC, with a key that is not in the database.
create table audit_link (
    practice_id uuid not null references practice,
    seq bigint not null,
    event_id uuid not null,
    key_version integer not null,
    hash bytea not null,
    primary key (practice_id, seq),
    unique (practice_id, event_id)
);

-- What was written and not linked yet, in the order it was written; empty a second later.
create table audit_waiting (
    practice_id uuid not null references practice,
    order_no bigint generated always as identity,
    event_id uuid not null,
    primary key (practice_id, order_no)
);

do $$
declare
    one text;
begin
    foreach one in array array['audit_event', 'audit_link', 'audit_waiting']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert on %I to frontdesk_app', one);
    end loop;
end $$;
grant delete on audit_waiting to frontdesk_app;

-- Which practices have something to be linked: their ids, and nothing of what it is.
create function audit_waits() returns setof uuid language sql stable security definer set search_path = public, pg_temp as
$$ select id from practice p where exists (select from audit_waiting w where w.practice_id = p.id) $$;

-- The events of this practice about any of these subjects. Row-level security would keep the index from being used
-- (an array's operators are not leakproof), so the practice is named here instead.
create function audit_about(p_subjects uuid[]) returns setof audit_event
language sql stable security definer set search_path = public, pg_temp as
$$ select * from audit_event where practice_id = this_practice() and subjects && p_subjects $$;
revoke execute on function audit_waits(), audit_about(uuid[]) from public;
grant execute on function audit_waits(), audit_about(uuid[]) to frontdesk_app;
