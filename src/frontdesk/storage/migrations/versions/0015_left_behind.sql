-- An intent that ended without a visit may have left one behind: a request that was on its way longer than anybody
-- waits for. The calendar is looked at again at this instant; null: not any more.
alter table booking add column look_again_at timestamptz;
create index booking_left_behind on booking (practice_id, look_again_at) where look_again_at is not null;
