-- What key rotation, forgetting and search need.
select 1;
