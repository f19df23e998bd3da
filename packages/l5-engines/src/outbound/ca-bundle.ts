import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates in the text of a PEM file. A file without any, or with one that cannot be read, is a mistake to be told at boot. */
export const parseCaBundle = (text: string): { readonly ok: true; readonly certificates: readonly string[] } | { readonly ok: false; readonly problem: string } => {
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return { ok: false, problem: 'holds no certificate in PEM form' };
  const unreadable = certificates.findIndex((certificate) => !isReadable(certificate));
  return unreadable === -1 ? { ok: true, certificates } : { ok: false, problem: `holds a certificate that cannot be read, number ${unreadable + 1}` };
};

const isReadable = (certificate: string): boolean => {
  try {
    return new X509Certificate(certificate).raw.length > 0;
  } catch {
    return false;
  }
};
