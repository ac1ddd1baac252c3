-- Cases that go on by themselves, however many have ended.

create index case_file_going on control.case_file (case_id)
  where account_id is not null and origin in ('dispute', 'person_asked')
    and (state not in ('settled', 'closed', 'withdrawn', 'merged') or told < steps
      or facts ? 'provisional');
