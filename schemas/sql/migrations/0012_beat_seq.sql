-- A beat says up to which entry its owner had written: one who stood still while another took over counts no more.
alter table centre_alive add column seq bigint not null default 0;
