-- What keeps the audit log in order on PostgreSQL, for every login: an entry has the next number,
-- the hash of the entry before and the hash of its own content.

-- Plain data in the form that rules_engine.audit.entry.canonical gives it: keys in order, no spaces.
CREATE FUNCTION @schema@.audit_canonical(given jsonb, depth integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF depth < 0 THEN
    RAISE EXCEPTION USING MESSAGE = 'the details of an entry lie too deep';
  END IF;
  CASE jsonb_typeof(given)
    WHEN 'object' THEN
      RETURN '{' || coalesce((
        SELECT string_agg(to_json(key)::text || ':' || @schema@.audit_canonical(value, depth - 1),
                          ',' ORDER BY key COLLATE "C")
        FROM jsonb_each(given)), '') || '}';
    WHEN 'array' THEN
      RETURN '[' || coalesce((
        SELECT string_agg(@schema@.audit_canonical(value, depth - 1), ',' ORDER BY place)
        FROM jsonb_array_elements(given) WITH ORDINALITY AS item (value, place)), '') || ']';
    WHEN 'number' THEN
      IF given::text !~ '^-?[0-9]{1,18}$' THEN
        RAISE EXCEPTION USING MESSAGE = 'a number in an entry is whole and has at most 18 digits';
      END IF;
      RETURN given::text;
    ELSE
      RETURN given::text;
  END CASE;
END $$;

CREATE FUNCTION @schema@.audit_hash(entry @schema@.audit) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  content text := '{"act":' || to_json(entry.act::text)
    || ',"actor":' || to_json(entry.actor::text)
    || ',"at":"' || to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00"'
    || ',"details":' || @schema@.audit_canonical(entry.details::jsonb, 16)
    || ',"number":' || entry.number
    || ',"previous":' || to_json(entry.previous::text)
    || ',"run":' || coalesce(to_json(entry.run::text)::text, 'null') || '}';
BEGIN
  IF octet_length(content) > 1000000 THEN
    RAISE EXCEPTION USING MESSAGE = 'an entry of the audit log has at most a million bytes';
  END IF;
  RETURN encode(sha256(convert_to(content, 'UTF8')), 'hex');
END $$;

-- The only way into the log that members have. Number, time, hashes and login are the server's.
CREATE FUNCTION @schema@.audit_append(by text, what text, whose text, told jsonb)
RETURNS @schema@.audit
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made @schema@.audit;
BEGIN
  PERFORM pg_advisory_xact_lock(@lock@);
  SELECT number, hash INTO made.number, made.previous
  FROM @schema@.audit ORDER BY number DESC LIMIT 1;
  made.number := coalesce(made.number, 0) + 1;
  made.previous := coalesce(made.previous, repeat('0', 64));
  made.at := clock_timestamp();
  made.actor := by;
  made.act := what;
  made.run := whose;
  IF jsonb_typeof(told) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION USING MESSAGE = 'the details of an entry are an object';
  END IF;
  told := told - 'login';
  IF by IS DISTINCT FROM session_user THEN
    told := told || jsonb_build_object('login', session_user);
  END IF;
  made.details := @schema@.audit_canonical(told, 16)::json;
  made.hash := @schema@.audit_hash(made);
  INSERT INTO @schema@.audit VALUES (made.*);
  RETURN made;
END $$;

CREATE FUNCTION @schema@.audit_numbered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head @schema@.audit;
BEGIN
  SELECT * INTO head FROM @schema@.audit ORDER BY number DESC LIMIT 1;
  IF NEW.number IS DISTINCT FROM coalesce(head.number, 0) + 1
    OR NEW.previous IS DISTINCT FROM coalesce(head.hash, repeat('0', 64))
    OR NEW.hash IS DISTINCT FROM @schema@.audit_hash(NEW)
  THEN
    RAISE EXCEPTION USING MESSAGE = 'an entry follows the last one of the audit log';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER audit_numbered BEFORE INSERT ON @schema@.audit
FOR EACH ROW EXECUTE FUNCTION @schema@.audit_numbered();

CREATE FUNCTION @schema@.appeals_numbered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.number IS DISTINCT FROM (
    SELECT coalesce(max(number), 0) + 1 FROM @schema@.appeals)
  THEN
    RAISE EXCEPTION USING MESSAGE = 'an appeal has the next number';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appeals_numbered BEFORE INSERT ON @schema@.appeals
FOR EACH ROW EXECUTE FUNCTION @schema@.appeals_numbered()
