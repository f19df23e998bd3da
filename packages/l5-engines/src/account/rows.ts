import type { AccessTokenReader } from '@hoc/l6-drivers/account/access-tokens.driver';
import type { TenantDataKeyReader } from '@hoc/l6-drivers/account/tenant-data-keys.driver';
import type { TenantReader } from '@hoc/l6-drivers/account/tenants.driver';

/** A tenant as it is stored. */
export type Tenant = NonNullable<Awaited<ReturnType<TenantReader['get']>>>;

/** An operator's or a service's token as it is stored. */
export type AccessToken = NonNullable<Awaited<ReturnType<AccessTokenReader['get']>>>;

/** A tenant's data-encryption key as it is stored: wrapped. */
export type TenantDataKey = NonNullable<Awaited<ReturnType<TenantDataKeyReader['get']>>>;
