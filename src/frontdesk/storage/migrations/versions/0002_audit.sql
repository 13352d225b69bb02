-- The record of who saw and did what.
select 1;
