-- What each role may do on PostgreSQL. Run by whoever owns the tables and the database and may make
-- roles. It can be run again at any time: what it does not give is taken.
SET LOCAL search_path = pg_catalog, pg_temp;

DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['@group@_keeper', @groups@] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE 'CREATE ROLE ' || role;
    END IF;
    EXECUTE 'ALTER ROLE ' || role || ' NOLOGIN';
    IF role <> '@group@_keeper' AND NOT EXISTS (
      SELECT FROM pg_auth_members WHERE roleid = role::regrole AND admin_option
        AND member = '@group@_keeper'::regrole)
    THEN
      EXECUTE 'GRANT ' || role || ' TO @group@_keeper WITH ADMIN OPTION';
    END IF;
  END LOOP;
END $$;

-- The keeper owns the functions that may do more than their caller. Nobody logs in as the keeper.
GRANT @group@_keeper TO CURRENT_USER;

-- Every right on the tables, whoever gave it, and every policy.
DO $$
DECLARE
  held record;
BEGIN
  FOR held IN
    WITH ours AS (
      SELECT oid, relowner, relacl FROM pg_class
      WHERE relnamespace = '@schema@'::regnamespace AND relkind IN ('r', 'S')
        AND (relname IN (@tables@) OR relname IN ('runs_number_seq', 'evidence_number_seq'))),
    lists AS (
      SELECT oid, relowner, relacl AS list FROM ours
      UNION ALL SELECT oid, relowner, attacl FROM ours JOIN pg_attribute ON attrelid = oid)
    SELECT DISTINCT oid::regclass AS place, grantee FROM lists, aclexplode(list)
    WHERE grantee <> relowner
  LOOP
    EXECUTE 'REVOKE ALL ON ' || held.place || ' FROM '
      || CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END || ' CASCADE';
  END LOOP;
  FOR held IN
    SELECT polname, polrelid::regclass AS place FROM pg_policy
    WHERE polrelid IN (SELECT oid FROM pg_class
                       WHERE relnamespace = '@schema@'::regnamespace AND relname IN (@tables@))
  LOOP
    EXECUTE 'DROP POLICY ' || quote_ident(held.polname) || ' ON ' || held.place;
  END LOOP;
END $$;

-- Nobody but the owner makes anything in this database: no table, function or operator of somebody
-- else's can take the place of ours.
REVOKE ALL ON SCHEMA @schema@ FROM PUBLIC;

REVOKE CREATE, TEMPORARY ON DATABASE @database@ FROM PUBLIC;

DO $$
BEGIN
  REVOKE ALL ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid),
    pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING USING MESSAGE = 'only a superuser can forbid large objects';
END $$;

CREATE OR REPLACE FUNCTION @schema@.rules_engine_may(wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT wanted IS NULL OR NOT EXISTS (SELECT FROM @schema@.roles)
    OR EXISTS (SELECT FROM @schema@.roles WHERE name = session_user AND role = wanted)
$$;

-- A run goes one step at a time, and each step needs its role.
CREATE OR REPLACE FUNCTION @schema@.rules_engine_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF @steps@ THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING MESSAGE = 'this step needs another role', ERRCODE = '42501';
END $$;

CREATE OR REPLACE TRIGGER rules_engine_step BEFORE UPDATE ON @schema@.runs
FOR EACH ROW EXECUTE FUNCTION @schema@.rules_engine_step();

-- An entry of the log is true: what it tells of was done in the same transaction.
CREATE OR REPLACE FUNCTION @schema@.rules_engine_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine xid := pg_current_xact_id()::xid;
  told jsonb := NEW.details::jsonb;
  needed text;
BEGIN
  -- Asked again, for the role may have been taken since the act was begun.
  needed := CASE
    WHEN NEW.act = 'stored' THEN CASE WHEN told -> 'parent' IS NULL THEN 'assess' ELSE 'decide' END
    WHEN NEW.act = 'withdrawn' THEN CASE told ->> 'status' WHEN 'draft' THEN 'review'
                                    ELSE 'publish' END
    WHEN NEW.act = 'cleared' THEN 'assess'
    WHEN NEW.act = 'role-granted' AND 1 = (SELECT count(*) FROM @schema@.roles) THEN NULL
    WHEN NEW.act IN ('pruned', 'role-granted') THEN 'administer'
    WHEN NEW.act IN ('appeal-corrected', 'appeal-adjusted', 'appeal-rejected') THEN 'decide'
    ELSE (jsonb_build_object('reviewed', 'review', 'published', 'publish', 'sealed', 'seal'))
      ->> NEW.act END;
  IF NOT @schema@.rules_engine_may(needed) THEN
    RAISE EXCEPTION USING MESSAGE = 'this entry needs another role', ERRCODE = '42501';
  END IF;
  IF (CASE
    WHEN NEW.act = 'stored' THEN EXISTS (
      SELECT FROM @schema@.runs WHERE xmin = mine AND id = NEW.run AND status = 'draft'
        AND digest = told ->> 'digest' AND (parent IS NULL) = (told -> 'parent' IS NULL)
        AND encode(sha256(convert_to(@schema@.audit_canonical(files::jsonb, 16), 'UTF8')), 'hex')
          = told ->> 'files')
    WHEN NEW.act IN ('reviewed', 'published', 'sealed', 'withdrawn') THEN EXISTS (
      SELECT FROM @schema@.runs WHERE xmin = mine AND id = NEW.run
        AND status = told ->> 'status' AND NEW.act IN ('withdrawn', status))
    WHEN NEW.act = 'pruned' THEN NOT EXISTS (SELECT FROM @schema@.runs WHERE id = NEW.run)
      AND EXISTS (SELECT FROM @schema@.audit WHERE run = NEW.run)
    WHEN NEW.act IN ('cleared', 'exported') THEN NEW.run IS NULL
    WHEN NEW.act = 'appeal-evidence' THEN EXISTS (
      SELECT FROM @schema@.appeals JOIN @schema@.evidence ON appeal = appeals.number
      WHERE evidence.xmin = mine AND run = NEW.run AND to_jsonb(appeals.number) = told -> 'appeal'
        AND text = coalesce(told ->> 'text', '')
        AND sha256 IS NOT DISTINCT FROM (told ->> 'sha256'))
    WHEN starts_with(NEW.act, 'appeal-') THEN EXISTS (
      SELECT FROM @schema@.appeals
      WHERE xmin = mine AND run = NEW.run AND to_jsonb(number) = told -> 'appeal'
        AND NEW.act = 'appeal-' || CASE status WHEN 'open' THEN 'opened' ELSE status END
        AND told ->> 'reason' = CASE status WHEN 'open' THEN reason ELSE decision_reason END
        AND (told ->> 'subject', told ->> 'criterion') = (subject, criterion))
    WHEN NEW.act = 'role-granted' THEN NEW.run IS NULL AND EXISTS (
      SELECT FROM @schema@.roles
      WHERE xmin = mine AND name = told ->> 'name' AND role = told ->> 'role')
    WHEN NEW.act = 'role-revoked' THEN NEW.run IS NULL AND NOT EXISTS (
        SELECT FROM @schema@.roles WHERE name = told ->> 'name' AND role = told ->> 'role')
      AND (@schema@.rules_engine_may('administer') OR (
        -- Whoever gives the list away tells of it when it is given away.
        told ->> 'name' = session_user AND told ->> 'role' = 'administer'
        AND 'role-granted' = (
          SELECT act FROM @schema@.audit
          WHERE run IS NULL AND starts_with(act, 'role-') AND details ->> 'name' = session_user
            AND details ->> 'role' = 'administer' ORDER BY number DESC LIMIT 1)))
    ELSE false
  END) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING MESSAGE = 'the log tells only of what is done', ERRCODE = '42501';
END $$;

CREATE OR REPLACE TRIGGER rules_engine_entry BEFORE INSERT ON @schema@.audit
FOR EACH ROW EXECUTE FUNCTION @schema@.rules_engine_entry();

-- And nothing is done without an entry. The keeper looks it up: by the end of a transaction its login
-- may have lost the right to read.
CREATE OR REPLACE FUNCTION @schema@.rules_engine_logged() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine xid := pg_current_xact_id()::xid;
  kept jsonb := to_jsonb(coalesce(NEW, OLD));
  wanted text := TG_TABLE_NAME || ' ' || TG_OP;
  now record;
BEGIN
  IF TG_TABLE_NAME = 'roles' AND EXISTS (SELECT FROM @schema@.roles)
    AND NOT EXISTS (SELECT FROM @schema@.roles WHERE role = 'administer')
  THEN
    RAISE EXCEPTION USING MESSAGE = 'somebody administers the roles', ERRCODE = '42501';
  END IF;
  SELECT number, run, status INTO now FROM @schema@.appeals
  WHERE number = (kept ->> CASE TG_TABLE_NAME WHEN 'evidence' THEN 'appeal' ELSE 'number' END)::bigint;
  IF EXISTS (
    SELECT FROM @schema@.audit
    WHERE xmin = mine AND CASE TG_TABLE_NAME
      WHEN 'runs' THEN run = kept ->> 'id' AND CASE TG_OP
        WHEN 'INSERT' THEN act = 'stored'
        WHEN 'DELETE' THEN act = 'pruned'
        ELSE act <> 'stored' AND details ->> 'status' = kept ->> 'status' END
      WHEN 'roles' THEN act = CASE TG_OP WHEN 'INSERT' THEN 'role-granted' ELSE 'role-revoked' END
        AND details ->> 'name' = kept ->> 'name' AND details ->> 'role' = kept ->> 'role'
      WHEN 'appeals' THEN run = now.run AND details ->> 'appeal' = now.number::text
        AND act = 'appeal-' || CASE now.status WHEN 'open' THEN 'opened' ELSE now.status END
      ELSE run = now.run AND details ->> 'appeal' = now.number::text AND act = 'appeal-evidence'
        AND coalesce(details ->> 'text', '') = kept ->> 'text'
        AND details ->> 'sha256' IS NOT DISTINCT FROM kept ->> 'sha256'
    END)
  THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION USING MESSAGE = 'nothing is done without an entry in the log', ERRCODE = '42501';
END $$;

-- Whom the list names is a member of the groups of its roles, and nobody else is.
CREATE OR REPLACE FUNCTION @schema@.rules_engine_sync() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held record;
  limits text := CASE WHEN current_setting('server_version_num')::integer >= 160000
    THEN ' WITH INHERIT TRUE, SET FALSE' ELSE '' END;
BEGIN
  FOR held IN
    SELECT DISTINCT team.rolname AS team, who.rolname AS who
    FROM pg_auth_members JOIN pg_roles AS team ON team.oid = roleid
    JOIN pg_roles AS who ON who.oid = member
    WHERE team.rolname IN (@groups@) AND grantor = '@group@_keeper'::regrole
      AND NOT EXISTS (SELECT FROM @schema@.roles WHERE name = who.rolname
                      AND team.rolname IN ('@group@', '@group@_' || role))
  LOOP
    EXECUTE 'REVOKE ' || held.team || ' FROM ' || quote_ident(held.who);
  END LOOP;
  FOR held IN
    SELECT DISTINCT team.rolname AS team, who.rolname AS who
    FROM @schema@.roles JOIN pg_roles AS who ON who.rolname = name AND who.rolcanlogin
    JOIN pg_roles AS team ON team.rolname IN ('@group@', '@group@_' || role)
    WHERE team.rolname IN (@groups@) AND NOT EXISTS (
      SELECT FROM pg_auth_members WHERE roleid = team.oid AND member = who.oid)
  LOOP
    EXECUTE 'GRANT ' || held.team || ' TO ' || quote_ident(held.who) || limits;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION @schema@.rules_engine_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM @schema@.rules_engine_sync();
  RETURN NULL;
END $$;

-- At the end of the transaction, for whoever gives the list away still has an entry to make.
DROP TRIGGER IF EXISTS rules_engine_members ON @schema@.roles;

CREATE CONSTRAINT TRIGGER rules_engine_members AFTER INSERT OR DELETE ON @schema@.roles
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION @schema@.rules_engine_members();

DO $$
DECLARE
  place text;
BEGIN
  FOREACH place IN ARRAY ARRAY['runs', 'appeals', 'evidence', 'roles'] LOOP
    EXECUTE 'DROP TRIGGER IF EXISTS rules_engine_logged ON @schema@.' || place;
    EXECUTE 'CREATE CONSTRAINT TRIGGER rules_engine_logged AFTER INSERT OR UPDATE OR DELETE ON '
      || '@schema@.' || place || ' DEFERRABLE INITIALLY DEFERRED '
      || 'FOR EACH ROW EXECUTE FUNCTION @schema@.rules_engine_logged()';
    EXECUTE 'ALTER TABLE @schema@.' || place || ' ENABLE ROW LEVEL SECURITY';
    EXECUTE 'CREATE POLICY rules_engine_select ON @schema@.' || place || ' FOR SELECT USING (true)';
  END LOOP;
END $$;

CREATE POLICY rules_engine_insert ON @schema@.runs FOR INSERT WITH CHECK (
  status = 'draft' AND id ~ '^[0-9]{8}-[0-9a-f]{6}$'
  -- Days and times that programs cannot read would end every list.
  AND created_at BETWEEN '1970-01-02Z' AND '8999-01-01Z'
  AND as_of BETWEEN '0001-01-01' AND '9999-12-31'
  AND coalesce(period_from, as_of) BETWEEN '0001-01-01' AND '9999-12-31'
  AND coalesce(period_to, as_of) BETWEEN '0001-01-01' AND '9999-12-31'
  AND @schema@.rules_engine_may(
    CASE WHEN parent IS NULL THEN 'assess' ELSE 'decide' END));

CREATE POLICY rules_engine_update ON @schema@.runs FOR UPDATE USING (true);

CREATE POLICY rules_engine_delete ON @schema@.runs FOR DELETE USING (
  status = 'draft' AND @schema@.rules_engine_may('administer'));

CREATE POLICY rules_engine_insert ON @schema@.appeals FOR INSERT WITH CHECK (
  status = 'open' AND decided_at IS NULL AND decided_by IS NULL AND decision_reason = ''
  AND result IS NULL AND opened_at BETWEEN '1970-01-02Z' AND '8999-01-01Z'
  AND EXISTS (SELECT FROM @schema@.runs WHERE id = run AND runs.status = 'published'));

CREATE POLICY rules_engine_update ON @schema@.appeals FOR UPDATE
  USING (status = 'open' AND @schema@.rules_engine_may('decide')) WITH CHECK (
    status <> 'open' AND decided_at BETWEEN '1970-01-02Z' AND '8999-01-01Z');

CREATE POLICY rules_engine_insert ON @schema@.evidence FOR INSERT WITH CHECK (
  at BETWEEN '1970-01-02Z' AND '8999-01-01Z' AND EXISTS (SELECT FROM @schema@.appeals WHERE appeals.number = appeal AND status = 'open'));

CREATE POLICY rules_engine_insert ON @schema@.roles FOR INSERT WITH CHECK (
  role IN (@roles@) AND @schema@.rules_engine_may('administer'));

CREATE POLICY rules_engine_delete ON @schema@.roles FOR DELETE USING (
  @schema@.rules_engine_may('administer'));

-- What a member may do, and what each role adds.
GRANT USAGE ON SCHEMA @schema@ TO @group@, @group@_keeper;

GRANT SELECT ON @schema@.alembic_version, @schema@.runs, @schema@.audit, @schema@.appeals,
  @schema@.evidence, @schema@.roles TO @group@, @group@_keeper;

GRANT INSERT ON @schema@.appeals TO @group@;

GRANT INSERT (@evidence_columns@) ON @schema@.evidence TO @group@;

GRANT INSERT (@runs_columns@) ON @schema@.runs TO @group@_assess, @group@_decide;

GRANT UPDATE (status) ON @schema@.runs TO @group@_review, @group@_publish, @group@_seal;

GRANT UPDATE (status, decided_at, decided_by, decision_reason, result) ON @schema@.appeals
  TO @group@_decide;

GRANT DELETE ON @schema@.runs TO @group@_administer;

GRANT INSERT, DELETE ON @schema@.roles TO @group@_administer;

GRANT INSERT ON @schema@.audit TO @group@_keeper;

-- Who may call what. The keeper may make functions only while it gets its own.
ALTER FUNCTION @schema@.audit_append(text, text, text, jsonb) SECURITY DEFINER;

GRANT CREATE ON SCHEMA @schema@ TO @group@_keeper;

ALTER FUNCTION @schema@.audit_append(text, text, text, jsonb) OWNER TO @group@_keeper;

ALTER FUNCTION @schema@.rules_engine_logged() OWNER TO @group@_keeper;

ALTER FUNCTION @schema@.rules_engine_sync() OWNER TO @group@_keeper;

ALTER FUNCTION @schema@.rules_engine_members() OWNER TO @group@_keeper;

REVOKE CREATE ON SCHEMA @schema@ FROM @group@_keeper;

REVOKE ALL ON FUNCTION @schema@.audit_append(text, text, text, jsonb),
  @schema@.audit_canonical(jsonb, integer), @schema@.audit_hash(@schema@.audit),
  @schema@.audit_numbered(), @schema@.appeals_numbered(), @schema@.rules_engine_may(text),
  @schema@.rules_engine_step(), @schema@.rules_engine_entry(), @schema@.rules_engine_logged(),
  @schema@.rules_engine_sync(), @schema@.rules_engine_members() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION @schema@.rules_engine_may(text) TO @group@, @group@_keeper;

GRANT EXECUTE ON FUNCTION @schema@.audit_append(text, text, text, jsonb) TO @group@;

GRANT EXECUTE ON FUNCTION @schema@.audit_canonical(jsonb, integer),
  @schema@.audit_hash(@schema@.audit) TO @group@_keeper;

-- Memberships that somebody gave by hand, and then those of the list.
DO $$
DECLARE
  held record;
BEGIN
  FOR held IN
    SELECT roleid::regrole AS team, member::regrole AS who, grantor::regrole AS giver
    FROM pg_auth_members
    WHERE roleid::regrole::text IN (@groups@) AND grantor <> '@group@_keeper'::regrole
      AND member <> '@group@_keeper'::regrole
      -- Whoever may make roles made these, and stands above them.
      AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = member AND rolcreaterole)
  LOOP
    EXECUTE 'REVOKE ' || held.team || ' FROM ' || held.who || ' GRANTED BY ' || held.giver
      || ' CASCADE';
  END LOOP;
END $$;

SELECT @schema@.rules_engine_sync();

REVOKE @group@_keeper FROM CURRENT_USER;
