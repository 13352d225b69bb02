-- Business associates, consents, and how long things are kept.
select 1;
