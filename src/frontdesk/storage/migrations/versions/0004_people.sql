-- Staff, their sessions and what they may do.
select 1;
