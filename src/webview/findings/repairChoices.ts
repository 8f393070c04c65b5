import type { ShownRepair } from '../../protocol/repair';

/** What the user has to choose: whether one thing is done, or which of two blocks keeps the place that both claim. */
export type RepairChoice =
  | { readonly kind: 'one'; readonly repair: ShownRepair }
  | {
      readonly kind: 'either';
      readonly blocks: readonly [number, number];
      readonly repairs: readonly [ShownRepair, ShownRepair];
    };

/** The choices, in the order of the repairs. */
export function choicesOf(proposals: readonly ShownRepair[]): readonly RepairChoice[] {
  const choices: RepairChoice[] = [];
  const taken = new Set<ShownRepair>();
  for (const repair of proposals) {
    if (taken.has(repair)) continue;
    const other = proposals.find((each) => isCounterpart(repair, each) && !taken.has(each));
    if (other === undefined) {
      choices.push({ kind: 'one', repair });
    } else {
      taken.add(other);
      choices.push({ kind: 'either', blocks: [repair.blocks[0] ?? 0, other.blocks[0] ?? 0], repairs: [repair, other] });
    }
  }
  return choices;
}

/** The keys that are chosen when one is chosen, or chosen no more. What it takes the place of is chosen no more either. */
export function toggled(proposals: readonly ShownRepair[], key: string): readonly string[] {
  const wasChosen = proposals.some((each) => each.key === key && each.isChosen);
  const others = proposals.filter((each) => each.isChosen && each.key !== key).map((each) => each.key);
  return wasChosen ? others : [...others.filter((other) => !excludes(key, other)), key];
}

/** The repairs as they are when these keys are chosen, the bytes of each still of the choice before. */
export function chosenAmong(proposals: readonly ShownRepair[], keys: readonly string[]): readonly ShownRepair[] {
  return proposals.map((each) => ({ ...each, isChosen: keys.includes(each.key) }));
}

/** Two blocks at one place, each of which may give it up for the other. */
function isCounterpart(one: ShownRepair, other: ShownRepair): boolean {
  const [first, second] = one.blocks;
  return (
    one.blocks.length === 2 && other.blocks.length === 2 && other.blocks[0] === second && other.blocks[1] === first
  );
}

/** Of ways to put the same thing right, named by a word behind the finding's id, one is enough; blocks have numbers there. */
function excludes(key: string, other: string): boolean {
  const [finding, way] = key.split('/');
  return way !== undefined && !/^\d+$/.test(way) && other.startsWith(`${finding ?? ''}/`);
}
