-- The watch: signs of life, troubles that a person was told of, and messages that a person sends again or drops.

-- `dropped`: a person decided that it will never go. `retried_at`: when a person last sent it again. `failing_since`: the
-- first of the tries that failed, one after the other.
alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check
    check (state in ('waiting', 'sent', 'refused', 'given-up', 'dropped'));
alter table outbox add column retried_at timestamptz, add column failing_since timestamptz;
create index outbox_dead on outbox (practice_id, order_no) where state in ('refused', 'given-up');
create index outbox_sent_lately on outbox (practice_id, channel, sent_at) where sent_at is not null;

-- When each process was last well, by the desk's clock. `part` is what it does.
create table sign_of_life (
    practice_id uuid not null references practice,
    process uuid not null,
    part text not null,
    since timestamptz not null,
    seen_at timestamptz not null,
    primary key (practice_id, process)
);

-- What is stuck, since when, and the task by which a person was told; it goes when it is over.
create table trouble (
    practice_id uuid not null references practice,
    part text not null,
    began_at timestamptz not null,
    task_id uuid,
    primary key (practice_id, part)
);

do $$
declare
    one text;
begin
    foreach one in array array['sign_of_life', 'trouble']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
