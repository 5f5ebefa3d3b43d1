-- Row security of PostgreSQL: the second wall behind response/territory/permissions.py (see territory/sight.py).
--
-- lianfang_app is the role of every web request. It owns nothing, cannot pass row security, and cannot rewrite the
-- ledger. What it sees follows from two settings of the connection: lianfang.paths (the paths of the user's grants, with
-- spaces between, or * for the whole tree; nothing set, nothing seen) and lianfang.user. The owner of the tables, who
-- runs migrations and commands, has a policy of its own that shows everything: row security is forced on owners too.
--
-- A record is seen where it lies, and where the work ties it: the case of a contact who lives here, the contacts of a
-- case that lies here, the people of both. Statements can be run again; a new table with people in it adds its own.

DO $$
BEGIN
    CREATE ROLE lianfang_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'lianfang_app', 'MEMBER') THEN
        EXECUTE format('GRANT lianfang_app TO %I', current_user);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO lianfang_app', current_schema());
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO lianfang_app', current_schema());
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO lianfang_app', current_schema());
    EXECUTE format(
        'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO lianfang_app',
        current_schema());
    EXECUTE format(
        'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO lianfang_app', current_schema());
    REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry FROM lianfang_app;
    REVOKE ALL ON django_migrations FROM lianfang_app;
END $$;

CREATE OR REPLACE FUNCTION lianfang_whole() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('lianfang.paths', true), '') = '*' $$;

CREATE OR REPLACE FUNCTION lianfang_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('lianfang.user', true), ''), '0')::bigint $$;

-- Areas that hold records (down to the community) inside the paths of the user.
CREATE OR REPLACE FUNCTION lianfang_areas() RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$
    SELECT area.id
    FROM unnest(string_to_array(coalesce(current_setting('lianfang.paths', true), ''), ' ')) AS mine
    JOIN territory_area area ON area.path >= mine COLLATE "C" AND area.path < (left(mine, -1) || '0') COLLATE "C"
    WHERE area.kind <= 4 AND mine LIKE '%/'
$$;

-- The next ones run as the owner of the tables: policies that asked each other would never come to an end. In plpgsql,
-- which keeps their plans: planned anew each time they would tell, in milliseconds, that a refused record exists.
CREATE OR REPLACE FUNCTION lianfang_cases_here() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN RETURN QUERY
    SELECT id FROM cases_case WHERE area_id IN (SELECT lianfang_areas());
END
$$;

CREATE OR REPLACE FUNCTION lianfang_contact_here(contact bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000 SET search_path FROM CURRENT AS $$
BEGIN RETURN
    EXISTS (
        SELECT FROM cases_contact one WHERE one.id = contact
          AND (one.area_id IN (SELECT lianfang_areas()) OR one.case_id IN (SELECT lianfang_cases_here()))
    );
END
$$;

-- A case that lies elsewhere and is the ground of work here: of contacts and measures, and one step along a chain.
CREATE OR REPLACE FUNCTION lianfang_case_tied(this_case bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000 SET search_path FROM CURRENT AS $$
BEGIN RETURN
    EXISTS (
        SELECT FROM cases_contact one WHERE one.case_id = this_case AND one.area_id IN (SELECT lianfang_areas())
    ) OR EXISTS (
        SELECT FROM cases_contact one WHERE one.became_id = this_case AND one.case_id IN (SELECT lianfang_cases_here())
    ) OR EXISTS (
        SELECT FROM cases_measure one WHERE one.case_id = this_case AND one.area_id IN (SELECT lianfang_areas())
    ) OR EXISTS (
        SELECT FROM cases_source one WHERE one.source_id = this_case AND one.case_id IN (SELECT lianfang_cases_here())
    ) OR EXISTS (
        SELECT FROM cases_source one WHERE one.case_id = this_case AND one.source_id IN (SELECT lianfang_cases_here())
    );
END
$$;

CREATE OR REPLACE FUNCTION lianfang_person_tied(who bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000 SET search_path FROM CURRENT AS $$
BEGIN RETURN
    EXISTS (
        SELECT FROM cases_contact one WHERE one.person_id = who
          AND (one.area_id IN (SELECT lianfang_areas()) OR one.case_id IN (SELECT lianfang_cases_here()))
    ) OR EXISTS (
        SELECT FROM cases_case one WHERE one.person_id = who
          AND (one.area_id IN (SELECT lianfang_areas()) OR lianfang_case_tied(one.id))
    ) OR EXISTS (
        SELECT FROM cases_measure one WHERE one.person_id = who AND one.area_id IN (SELECT lianfang_areas())
    ) OR EXISTS (
        SELECT FROM duties_duty one WHERE one.person_id = who
          AND (one.owner_id = lianfang_user() OR one.area_id IN (SELECT lianfang_areas()))
    ) OR EXISTS (
        SELECT FROM tracing_candidate one JOIN cases_case of_case ON of_case.id = one.case_id
        WHERE one.person_id = who AND of_case.area_id IN (SELECT lianfang_areas())
    );
END
$$;

DO $$
DECLARE
    here text := '(SELECT lianfang_whole()) OR %s IN (SELECT lianfang_areas())';
    of_case text := '(SELECT lianfang_whole()) OR EXISTS (SELECT FROM cases_case one WHERE one.id = case_id)';
    rule record;
BEGIN
    FOR rule IN SELECT * FROM (VALUES
        ('people_person', format(here, 'community_id') || ' OR lianfang_person_tied(id)'),
        ('people_correction', '(SELECT lianfang_whole()) OR EXISTS (SELECT FROM people_person one WHERE one.id = person_id)'),
        ('people_suspicion', '(SELECT lianfang_whole()) OR EXISTS (SELECT FROM people_person one WHERE one.id = person_id)'),
        ('people_merge', '(SELECT lianfang_whole()) OR EXISTS (SELECT FROM people_person one WHERE one.id = survivor_id)'),
        -- Written by the reader's own request, which sees no more of the list than its own lines.
        ('ledger_review', '(SELECT lianfang_whole()) OR reader_id = (SELECT lianfang_user()) OR EXISTS (SELECT FROM'
                          || ' unnest(string_to_array(coalesce(current_setting(''lianfang.paths'', true), ''''), '' '')) AS mine'
                          || ' WHERE mine LIKE ''%/'' AND starts_with(area_path, mine))'),
        ('duties_duty', format(here, 'area_id') || ' OR owner_id = (SELECT lianfang_user())'),
        ('cases_case', format(here, 'area_id') || ' OR lianfang_case_tied(id)'),
        ('cases_contact', format(here, 'area_id') || ' OR case_id IN (SELECT lianfang_cases_here())'),
        ('cases_measure', format(here, 'area_id') || ' OR case_id IN (SELECT lianfang_cases_here())'
                          || ' OR lianfang_contact_here(contact_id)'),
        ('cases_testday', '(SELECT lianfang_whole()) OR EXISTS (SELECT FROM cases_measure one WHERE one.id = measure_id)'),
        ('cases_labtest', format(here, 'area_id') || ' OR lianfang_person_tied(person_id)'),
        ('cases_receipt', format(here, 'area_id')),
        ('cases_source', of_case || ' OR EXISTS (SELECT FROM cases_case one WHERE one.id = source_id)'),
        ('cases_stay', of_case),
        ('tracing_run', of_case),
        ('tracing_candidate', of_case)
    ) AS rules (name, sees) LOOP
        CONTINUE WHEN to_regclass(rule.name) IS NULL;  -- comes with a later migration, which runs this again
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rule.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', rule.name);
        EXECUTE format('DROP POLICY IF EXISTS reach ON %I', rule.name);
        EXECUTE format('DROP POLICY IF EXISTS owner ON %I', rule.name);
        EXECUTE format('CREATE POLICY reach ON %I TO lianfang_app USING (%s)', rule.name, rule.sees);
        EXECUTE format('CREATE POLICY owner ON %I TO %I USING (true)', rule.name, current_user);
    END LOOP;
END $$;
