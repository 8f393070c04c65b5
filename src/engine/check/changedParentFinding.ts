import type { Chain } from '../chain/chain';
import type { Finding } from '../finding';
import { t } from '../l10n';
import type { ChangedParent } from './changedParent';

/**
 * What a tie puts at risk, as a finding of the child, placed where it names the parent's id: nothing where no sector shows what the parent holds. A warning
 * where the parent was changed for sure, else a note.
 */
export function atRiskFinding(chain: Chain, tie: ChangedParent): readonly Finding[] {
  const { childPath, parentPath, layer, told, signs, sectors } = tie;
  const claim = chain.layers[layer - 1]?.image.parent ?? null;
  if (sectors.atRisk === 0) {
    return [];
  }
  const words = signs.filter(({ tells }) => tells !== 'unchanged').map((sign) => sign.words);
  const what =
    told === 'changed'
      ? t('{0} was changed after this image was made on it.', parentPath)
      : t('{0} may have been changed after this image was made on it.', parentPath);
  const risk =
    sectors.hidden === 0
      ? t('{0} sectors of the disk show what it holds now.', sectors.atRisk)
      : t(
          '{0} sectors of the disk show what it holds now; {1} that it holds are hidden by the layers above.',
          sectors.atRisk,
          sectors.hidden,
        );
  const way = t('Merge into a new file and have the guest check its file system, or put the parent back as it was.');
  return [
    {
      id: 'sectors-at-risk',
      severity: told === 'changed' ? 'warning' : 'note',
      path: childPath,
      offset: claim?.idOffset ?? 0,
      length: claim?.idLength ?? 0,
      found: words.join(' '),
      expected: t('a parent that nobody has written to since'),
      windowsError: null,
      message: [what, risk, way].join(' '),
    },
  ];
}
