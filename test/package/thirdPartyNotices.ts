import type { BundledPackage } from './bundledPackages';

const RULE = '-'.repeat(80);

const HEAD = `VHD Editor contains the following software and fonts of others.
This file is made from what the bundles contain: npm run notices.`;

/** The codicons' licence asks for their makers' name and for a word on changes. */
const ATTRIBUTIONS: Readonly<Record<string, string>> = {
  '@vscode/codicons': 'The icon font is by Microsoft Corporation, licensed under CC-BY-4.0, and used unchanged.\n',
};

/** The text of ThirdPartyNotices.txt. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const sections = packages.map(({ name, version, licence, licenceText }) =>
    [RULE, `${name} ${version} (${licence})`, ATTRIBUTIONS[name] ?? '', licenceText.replaceAll('\r\n', '\n'), ''].join(
      '\n',
    ),
  );
  return [HEAD, '', ...sections].join('\n');
}
