/** So many that a tenant is no exception, and so few that their making takes no time. */
const KEYS_PER_TENANT = 200;
const LEAST = 50;
const MOST = 1000;

/** How many tenants a number of keys is spread over. */
export const tenantsFor = (keys: number): number => Math.max(LEAST, Math.min(MOST, Math.round(keys / KEYS_PER_TENANT)));
