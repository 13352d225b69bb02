-- Where the assistant is silent, and until when a message is left to people.

-- `channel` is 'every' for all of them.
create table pause (
    practice_id uuid not null references practice,
    channel text not null check (channel in ('every', 'sms', 'webchat', 'email', 'voice')),
    since timestamptz not null,
    until timestamptz,
    primary key (practice_id, channel)
);
alter table pause enable row level security;
create policy own_practice on pause to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on pause to frontdesk_app;

alter table message add column answer_from timestamptz;
