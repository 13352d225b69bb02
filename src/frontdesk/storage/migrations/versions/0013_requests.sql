-- A visit that is kept here while staff enter it in a system that cannot be written. It stands once it is seen there.

create table request (
    practice_id uuid not null references practice,
    appointment_id uuid not null,
    task_id uuid not null,
    asked_at timestamptz not null,
    entered_at timestamptz,
    primary key (practice_id, appointment_id)
);
alter table request enable row level security;
create policy own_practice on request to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on request to frontdesk_app;

-- A patient may have been told that a visit is asked for, and not that it stands.
alter table promise drop constraint promise_status_check;
alter table promise add constraint promise_status_check check (status in ('booked', 'pending', 'cancelled'));
