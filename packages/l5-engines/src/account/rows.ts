import type { AccessTokenReader } from '@hoc/l6-drivers/account/access-tokens.driver';
import type { TenantReader } from '@hoc/l6-drivers/account/tenants.driver';

/** A tenant as it is stored. */
export type Tenant = NonNullable<Awaited<ReturnType<TenantReader['get']>>>;

/** An operator's or a service's token as it is stored. */
export type AccessToken = NonNullable<Awaited<ReturnType<AccessTokenReader['get']>>>;
