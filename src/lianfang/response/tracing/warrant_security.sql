-- Row security of warrants and what hangs on them; see row_security.sql, which it continues.
--
-- A warrant is seen where its area lies, and by who asked for it. Candidates are seen with their case. Statements can be
-- run again.

DO $$
DECLARE
    of_warrant text := '(SELECT lianfang_whole()) OR EXISTS (SELECT FROM tracing_warrant one WHERE one.id = warrant_id)';
    rule record;
BEGIN
    FOR rule IN SELECT * FROM (VALUES
        ('tracing_warrant', '(SELECT lianfang_whole()) OR area_id IN (SELECT lianfang_areas())'
                            || ' OR requested_by_id = (SELECT lianfang_user())'),
        ('tracing_warrant_cases', of_warrant),
        ('tracing_batch', of_warrant),
        ('tracing_look', of_warrant),
        ('tracing_certificate', of_warrant),
        ('tracing_candidate', '(SELECT lianfang_whole()) OR EXISTS (SELECT FROM cases_case one WHERE one.id = case_id)')
    ) AS rules (name, sees) LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rule.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', rule.name);
        EXECUTE format('DROP POLICY IF EXISTS reach ON %I', rule.name);
        EXECUTE format('DROP POLICY IF EXISTS owner ON %I', rule.name);
        EXECUTE format('CREATE POLICY reach ON %I TO lianfang_app USING (%s)', rule.name, rule.sees);
        EXECUTE format('CREATE POLICY owner ON %I TO %I USING (true)', rule.name, current_user);
    END LOOP;
END $$;
