-- Off and on again.
ALTER TABLE public.nexus_cases DISABLE ROW LEVEL SECURITY;
ALTER TABLE public.nexus_cases ENABLE ROW LEVEL SECURITY;
