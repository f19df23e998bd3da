/** Stands where a tenant's id stands, for what belongs to no tenant: operators' writes, settings for all tenants. */
export const PLATFORM = 'platform';
