/** Where every row is asked for by its key: plans that ask indexes, in the order in which the joins are written, made once. */
export const BY_KEY = `set plan_cache_mode = 'force_generic_plan'; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off; set join_collapse_limit = 1`;
