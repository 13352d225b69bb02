-- The first tables got these after some installations had been made. Where they are, nothing is changed.

alter table task
    add column if not exists story_sealed bytea,
    add column if not exists times integer not null default 1,
    add column if not exists last_at timestamptz,
    add column if not exists rounds integer not null default 0,
    add column if not exists tell_at timestamptz,
    add column if not exists taken_by text,
    add column if not exists taken_at timestamptz;
update task set last_at = opened_at where last_at is null;
alter table task alter column last_at set not null;

do $$
begin
    if not exists (select from pg_constraint where conrelid = 'task'::regclass and conname = 'task_check') then
        alter table task add constraint task_check check (story_sealed is null or conversation_id is not null);
    end if;
    if to_regclass('task_open') is null then
        -- One open task for each conversation and reason: of several the oldest stays, and counts them.
        update task t set times = (select count(*) from task s where s.practice_id = t.practice_id
            and s.conversation_id = t.conversation_id and s.reason = t.reason and s.closed_at is null)
            where closed_at is null and conversation_id is not null;
        update task t set closed_at = t.opened_at where closed_at is null and exists (select from task s
            where s.practice_id = t.practice_id and s.conversation_id = t.conversation_id and s.reason = t.reason
            and s.closed_at is null and (s.opened_at, s.id) < (t.opened_at, t.id));
        create unique index task_open on task (practice_id, conversation_id, reason) where closed_at is null;
    end if;
    if to_regclass('notice') is null then
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
        alter table notice enable row level security;
        create policy own_practice on notice to frontdesk_app using (practice_id = this_practice())
            with check (practice_id = this_practice());
        grant select, insert, update, delete on notice to frontdesk_app;
    end if;
end $$;
create index if not exists notice_of_task on notice (practice_id, task_id);
create index if not exists task_to_tell on task (practice_id, tell_at) where closed_at is null and tell_at is not null;
