import type { LayerSummary } from '../../protocol/session';
import { t } from '../l10n';
import type { Navigation } from '../navigation';
import { openContextMenu } from './contextMenu';

/** What can be done with a layer, wherever it is shown. */
export function openLayerMenu(event: MouseEvent, layer: LayerSummary, number: number, navigation: Navigation): void {
  // The leaf is the image that is open already.
  const open = [
    { label: t('Open'), run: () => navigation.openImage(layer.path, false) },
    { label: t('Open to the Side'), run: () => navigation.openImage(layer.path, true) },
    null,
  ];
  // Others go into their parents; a base has none.
  const onParent = [
    { label: t('Merge Snapshot…'), run: () => navigation.layerCommand('mergeSnapshot', layer.path) },
    { label: t('Revert to Snapshot…'), run: () => navigation.layerCommand('revertToSnapshot', layer.path) },
    { label: t('Delete Snapshot…'), run: () => navigation.layerCommand('deleteSnapshot', layer.path) },
  ];
  const aboutParent = [
    { label: t('Locate Parent…'), run: () => navigation.layerCommand('locateParent', layer.path) },
    { label: t('Explain Changed Parent'), run: () => navigation.layerCommand('explainChangedParent', layer.path) },
  ];
  const onBase = number === 0 ? [] : onParent.slice(1, 2);
  const target = event.currentTarget;
  if (!(target instanceof Element)) return;
  openContextMenu(event, target, [
    { label: t('Show the Disk as of This Layer'), run: () => navigation.chooseLayer(number) },
    null,
    ...(number === 0 ? [] : open),
    { label: t('Create Snapshot…'), run: () => navigation.layerCommand('createSnapshot', layer.path) },
    ...(layer.type === 'differencing' ? onParent : onBase),
    null,
    ...(layer.type === 'differencing' ? aboutParent : []),
    { label: t('Compare With…'), run: () => navigation.layerCommand('compare', layer.path) },
    null,
    { label: t('Copy Path'), run: () => navigation.copy(layer.path) },
    { label: t('Copy Id'), run: () => navigation.copy(layer.id) },
  ]);
}
