-- What nobody waits for: reminders, what is said after visits, offers to come again. They are handed over together, by
-- jobs that take only some of a worker's places.
alter table outbox add column unasked boolean not null default false;
create index outbox_unasked on outbox (practice_id, due_at) where state = 'waiting' and unasked;
