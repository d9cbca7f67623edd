import { describe, expect, test } from 'vitest';
import { parseAddress, parseCidr, formatAddress } from '../../../server/src/engine/address.ts';
import { blockAddresses, contains, toCidrs, unionAll } from '../../../server/src/engine/addressSet.ts';
import { MAYBE, NO, YES } from '../../../server/src/engine/match.ts';
import { blockHoldsUnaddressed } from '../../../server/src/engine/unaddressedPods.ts';

function block(cidr: string, ...except: string[]) {
  return blockAddresses({ cidr, except });
}

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.001.0.1', '10.1.0.1'],
    ['2001:DB8:0::0001', '2001:db8::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
  ])('%s is %s', (text, expected) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(expected);
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1.',
    '.10.0.0.1',
    '1.2.3.4.5',
    '0x0a.0.0.1',
    'fe80::1%eth0',
    'web',
    '10.0.0.1/8',
  ])('%j is no address', (text) => expect(parseAddress(text)).toBeUndefined());

  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '::/129', '/8', '10.0.0.0/8/8', '10.0.0.0/ 8'])(
    '%j is no CIDR',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );
});

describe('an ipBlock', () => {
  test.each([
    ['10.0.0.5/8', [], ['10.0.0.0/8']],
    ['10.0.0.0/08', [], ['10.0.0.0/8']],
    ['::ffff:10.0.0.0/104', [], ['10.0.0.0/8']],
    ['0.0.0.0/0', ['128.0.0.0/1'], ['0.0.0.0/1']],
    ['10.0.0.0/30', ['10.0.0.1/32'], ['10.0.0.0/32', '10.0.0.2/31']],
    ['2001:db8::/126', ['2001:db8::/127'], ['2001:db8::2/127']],
    ['not a cidr', [], []],
    ['10.0.0.0/30', ['not a cidr'], ['10.0.0.0/30']],
  ])('%s without %j is %j', (cidr, except, expected) => {
    expect(toCidrs(block(cidr, ...except))).toEqual(expected);
  });

  test('holds its first and last address and none beside', () => {
    const addresses = block('10.1.0.0/16', '10.1.255.0/24');
    const has = (text: string): boolean => contains(addresses, parseAddress(text)!);
    expect(['10.0.255.255', '10.1.0.0', '10.1.254.255', '10.1.255.0', '10.2.0.0'].map(has)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(has('::1')).toBe(false);
  });

  test('joins with neighbours into the fewest CIDRs', () => {
    const parts = ['10.0.1.0/24', '10.0.0.0/24', '10.0.2.0/23', '255.255.255.255/32', '::/1', '8000::/1'].map((cidr) =>
      block(cidr),
    );
    expect(toCidrs(unionAll(parts))).toEqual(['10.0.0.0/22', '255.255.255.255/32', '::/0']);
  });
});

describe('an ipBlock and a pod without a known address', () => {
  test.each([
    ['everything', block('0.0.0.0/0'), YES],
    ['everything but a metadata server', block('0.0.0.0/0', '169.254.169.254/32'), YES],
    ['the internet alone', block('0.0.0.0/0', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'), NO],
    ['one host of the internet', block('203.0.113.7/32'), NO],
    ['a private network', block('10.4.0.0/16'), MAYBE],
    ['an IPv6 network', block('2001:db8::/32'), MAYBE],
  ])('%s', (_what, addresses, expected) => expect(blockHoldsUnaddressed(addresses)).toBe(expected));
});
