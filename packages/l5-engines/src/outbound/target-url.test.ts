import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeUrl, type UrlPolicy } from './target-url.ts';

const CLOSED: UrlPolicy = { allowHttp: false, networks: [] };
const LAB: UrlPolicy = { allowHttp: true, networks: [{ name: 'lab', ranges: ['127.0.0.0/8', '::1'] }] };

/** As long as a name, and a URL, may be. */
const NAME_OF_253 = [...Array.from({ length: 3 }, () => 'a'.repeat(63)), 'b'.repeat(61)].join('.');
const LONGEST = `https://example.com/${'a'.repeat(2048 - 'https://example.com/'.length)}`;

const verdictOf = (text: string, policy: UrlPolicy = CLOSED): string => {
  const judged = judgeUrl(text, policy);
  return judged.ok ? judged.target.href : `${judged.failure}: ${judged.reason}`;
};

describe('a plain HTTPS URL is taken, normalised', () => {
  test('with the parts of which a request is made', () => {
    expect(judgeUrl('HTTPS://API.Example.com:8443/v1/models?limit=1', CLOSED)).toEqual({
      ok: true,
      target: {
        href: 'https://api.example.com:8443/v1/models?limit=1',
        isSecure: true,
        host: 'api.example.com',
        port: 8443,
        authority: 'api.example.com:8443',
        pathAndQuery: '/v1/models?limit=1',
      },
    });
  });

  test.each([
    ['https://example.com', 'https://example.com/'],
    ['https://example.com:443/', 'https://example.com/'],
    ['https://example.com?a=b', 'https://example.com/?a=b'],
    ['https://my_bucket.example.com/', 'https://my_bucket.example.com/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:0:0::1111]/', 'https://[2606:4700::1111]/'],
    ['https://example.com:1024/', 'https://example.com:1024/'],
    [`https://${NAME_OF_253}/`, `https://${NAME_OF_253}/`],
    [LONGEST, LONGEST],
    ['https://example.com/a/../b', 'https://example.com/b'],
    ['https://example.com/@user:pass', 'https://example.com/@user:pass'],
    ['https://example.com/?next=https://127.0.0.1', 'https://example.com/?next=https://127.0.0.1'],
  ])('%s', (text, href) => expect(verdictOf(text)).toBe(href));

  test('an internationalised name is shown in its ASCII form', () => {
    expect(verdictOf('https://bücher.example/')).toBe('https://xn--bcher-kva.example/');
    expect(verdictOf('https://BÜCHER.example/')).toBe('https://xn--bcher-kva.example/');
    expect(verdictOf('https://xn--bcher-kva.example/')).toBe('https://xn--bcher-kva.example/');
    expect(verdictOf('https://例え.example/')).toBe('https://xn--r8jz45g.example/');
    // Cyrillic throughout: a name like any other, and nobody reads it as Latin in this form.
    expect(verdictOf('https://аррӏе.example/')).toBe('https://xn--80ak6aa92e.example/');
  });
});

describe('what is not what it seems is refused', () => {
  test.each([
    ['another scheme', 'ftp://example.com/', 'must begin with https://'],
    ['plain HTTP', 'http://example.com/', 'must begin with https://'],
    ['another scheme that ends alike', 'xhttps://example.com/', 'must begin with https://'],
    ['a URL in the place of the host', 'https:///https://example.com/', 'names no host'],
    ['no scheme', 'example.com', 'must begin with https://'],
    ['a scheme without slashes, which parsers repair', 'https:example.com', 'must begin with https://'],
    ['one slash', 'https:/example.com', 'must begin with https://'],
    ['three slashes', 'https:///example.com', 'names no host'],
    ['nothing', '', 'must begin with https://'],
    ['javascript', 'javascript:alert(1)', 'must begin with https://'],
    ['a fragment', 'https://example.com/#x', 'has a fragment, which is never sent'],
    ['a user and a password', 'https://user:pass@example.com/', 'holds a user name or a password; credentials are given apart from it'],
    ['a good host as the user', 'https://good.example@127.0.0.1/', 'holds a user name or a password; credentials are given apart from it'],
    ['an empty user', 'https://@example.com/', 'holds a user name or a password; credentials are given apart from it'],
    ['an empty user and password', 'https://:@example.com/', 'holds a user name or a password; credentials are given apart from it'],
    ['two hosts', 'https://good.example:443@evil.example:443/', 'holds a user name or a password; credentials are given apart from it'],
    ['a percent-encoded at sign', 'https://good.example%40127.0.0.1/', 'has a host or a port that cannot be read'],
    ['backslashes', 'https:\\\\127.0.0.1\\', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a backslash before an at sign', 'https://evil.example\\@good.example/', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a blank before', ' https://example.com/', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a tab within, which parsers drop', 'https://exam\tple.com/', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a line break', 'https://example.com/\r\nHost: x', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a null byte', 'https://example.com\0.evil.example/', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a soft hyphen', 'https://exam\u00adple.com/', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a zero-width space', 'https://exam\u200bple.com/', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['text that runs from right to left', 'https://\u202eelpmaxe.com/', 'holds a blank, a backslash, or a character that cannot be seen'],
    ['a dot at the end', 'https://example.com./', 'has a host that ends in a dot'],
    ['a dot at the end of an address', 'https://127.0.0.1./', 'has a host that ends in a dot'],
    ['a dot at the end, another way', 'https://example.com。/', 'has a host that ends in a dot'],
    ['an empty label', 'https://example..com/', 'has a host that is no domain name'],
    ['a percent-encoded host', 'https://%31%32%37.0.0.1/', 'has a host that is not written as it is resolved'],
    ['a percent-encoded letter', 'https://ex%61mple.com/', 'has a host that is not written as it is resolved'],
    ['an octal address', 'https://0177.0.0.1/', 'has a host that is not written as it is resolved'],
    ['a hexadecimal address', 'https://0x7f.0.0.1/', 'has a host that is not written as it is resolved'],
    ['a short hexadecimal address', 'https://0x7f.1/', 'has a host that is not written as it is resolved'],
    ['a short address', 'https://127.1/', 'has a host that is not written as it is resolved'],
    ['a number', 'https://2130706433/', 'has a host that is not written as it is resolved'],
    ['a hexadecimal number', 'https://0x7f000001/', 'has a host that is not written as it is resolved'],
    ['a public address as a number', 'https://134744072/', 'has a host that is not written as it is resolved'],
    ['ideographic full stops', 'https://127。0。0。1/', 'has a host that is not written as it is resolved'],
    ['circled digits', 'https://①②⑦.⓪.⓪.①/', 'has a host that is not written as it is resolved'],
    ['full-width letters', 'https://ｅｘａｍｐｌｅ.com/', 'has a host that is not written as it is resolved'],
    ['an address out of range', 'https://256.0.0.1/', 'has a host or a port that cannot be read'],
    ['a number as the last label', 'https://example.1/', 'has a host or a port that cannot be read'],
    ['a zone', 'https://[fe80::1%25eth0]/', 'has a host or a port that cannot be read'],
    ['an unfinished bracket', 'https://[::1/', 'has a host or a port that cannot be read'],
    ['broken punycode', 'https://xn--zzzzzzzzzzzz.example/', 'has a host that is no domain name'],
    ['punycode of nothing', 'https://xn--.example/', 'has a host that is no domain name'],
    ['punycode of ASCII', 'https://xn--a-ecp.example/', 'has a host that is no domain name'],
    ['Cyrillic in Latin', 'https://pаypal.example/', 'has a host that mixes Latin with letters that look like it'],
    ['the same in punycode', 'https://xn--pypal-4ve.example/', 'has a host that mixes Latin with letters that look like it'],
    ['Greek in Latin', 'https://gοοgle.example/', 'has a host that mixes Latin with letters that look like it'],
    ['a label that begins with a hyphen', 'https://-a.example/', 'has a host that is no domain name'],
    ['characters that no name has', 'https://a!b.example/', 'has a host that is no domain name'],
    ['a label that is too long', `https://${'a'.repeat(64)}.example/`, 'has a host that is no domain name'],
    ['a name that is too long', `https://${NAME_OF_253}x/`, 'has a host that is no domain name'],
    ['a text that is too long', `https://example.com/${'a'.repeat(2048)}`, 'is longer than 2048 characters'],
    ['SSH', 'https://example.com:22/', 'names a port that is not for HTTPS'],
    ['SMTP', 'https://example.com:25/', 'names a port that is not for HTTPS'],
    ['plain HTTP’s port', 'https://example.com:80/', 'names a port that is not for HTTPS'],
    ['no port at all', 'https://example.com:0/', 'names a port that is not for HTTPS'],
    ['IRC', 'https://example.com:6667/', 'names a port that is not for HTTPS'],
    ['a port out of range', 'https://example.com:65536/', 'has a host or a port that cannot be read'],
    ['a port that is no number', 'https://example.com:https/', 'has a host or a port that cannot be read'],
  ])('%s', (_what, text, reason) => expect(verdictOf(text)).toBe(`REQUEST_REFUSED: ${reason}`));

  test.each([
    ['https://127.0.0.1/', 'a loopback address'],
    ['https://10.0.0.1/', 'a private address'],
    ['https://169.254.169.254/', 'an address of a metadata service'],
    ['https://[::1]/', 'a loopback address'],
    ['https://[::]/', 'an unspecified address'],
    ['https://[0:0:0:0:0:0:0:1]/', 'a loopback address'],
    ['https://[::ffff:127.0.0.1]/', 'a loopback address'],
    ['https://[::ffff:7f00:1]/', 'a loopback address'],
    ['https://[0:0:0:0:0:ffff:127.0.0.1]:8443/', 'a loopback address'],
    ['https://[64:ff9b::127.0.0.1]/', 'a loopback address'],
    ['https://[2002:7f00:1::]/', 'a reserved address'],
    ['https://[fd00::1]/', 'a private address'],
  ])('an address that the guard refuses is refused at once: %s', (text, reason) => expect(verdictOf(text)).toBe(`ADDRESS_REFUSED: names ${reason}`));
});

describe('what the operator allows', () => {
  test('an address of an allowed network is taken', () => {
    expect(verdictOf('https://127.0.0.1:8443/', LAB)).toBe('https://127.0.0.1:8443/');
    expect(verdictOf('https://[::ffff:127.0.0.1]/', LAB)).toBe('https://[::ffff:7f00:1]/');
  });

  test('odd spellings of it are refused all the same', () => expect(verdictOf('https://127.1/', LAB)).toContain('not written as it is resolved'));

  test('plain HTTP to an allowed address, on the ports of HTTP, and to no public one', () => {
    expect(verdictOf('http://127.0.0.1/', LAB)).toBe('http://127.0.0.1/');
    expect(verdictOf('http://127.0.0.1:8080/', LAB)).toBe('http://127.0.0.1:8080/');
    expect(verdictOf('http://127.0.0.1:443/', LAB)).toBe('REQUEST_REFUSED: names a port that is not for HTTP');
    expect(verdictOf('http://8.8.8.8/', LAB)).toBe('REQUEST_REFUSED: must begin with https:// outside the networks that the operator allows');
  });
});

describe('whatever the text', () => {
  const piece = fc.constantFrom('https://', 'http://', '@', ':', '/', '\\', '#', '?', '%', '.', '。', '[', ']', '127.0.0.1', '0x7f', '::1', 'xn--', 'а', 'example', '22', '\t', '\u200b');
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')), fc.array(piece, { maxLength: 8 }).map((parts) => `https://${parts.join('')}`));

  test('it is judged, not thrown at; what is taken is judged the same when it comes back, and its host is what it says', () => {
    fc.assert(
      fc.property(text, (candidate) => {
        const judged = judgeUrl(candidate, CLOSED);
        if (!judged.ok) return;
        expect(judgeUrl(judged.target.href, CLOSED)).toEqual(judged);
        const { hostname, username, password, hash } = new URL(judged.target.href);
        expect([hostname.replace(/[[\]]/g, ''), username, password, hash]).toEqual([judged.target.host, '', '', '']);
      }),
      { numRuns: 2000 },
    );
  });

  test('the reason never repeats it', () => {
    expect(JSON.stringify(judgeUrl('https://s3cret:s3cret@s3cret.example/s3cret', CLOSED))).not.toContain('s3cret');
    expect(JSON.stringify(judgeUrl('https://127.1/s3cret', CLOSED))).not.toContain('s3cret');
  });
});
