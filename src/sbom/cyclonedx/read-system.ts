/** From a component of the type `operating-system` to the distribution. */
import type { Distribution } from '../../model/package.ts';
import { groupProperties, readDistributionProperties } from '../properties.ts';
import { type StatedDistribution, toDistribution } from '../stated-distribution.ts';
import { readComponent, readProperties } from './read-component.ts';

/** What the component's own fields state. */
export function readSystem(component: object): Partial<Distribution> {
  const { name, version, description, cpes, evidence } = readComponent(component);
  const [cpe] = cpes ?? [];
  const [found] = evidence ?? [];
  return {
    id: name,
    ...(version === '' ? {} : { versionId: version }),
    ...(description ? { prettyName: description } : {}),
    ...(cpe === undefined ? {} : { cpe }),
    ...(found === undefined ? {} : { path: found.path }),
  };
}

const SYFT = 'syft:distro:';

/** As Hallmark wrote it, or as another tool states it; Syft has most of os-release(5) in properties. */
export function readDistribution(component: object): Distribution | null {
  const stated = readSystem(component);
  const properties = readProperties({ ...component });
  const own = readDistributionProperties(groupProperties(properties), stated);
  if (own !== null) return own;
  const values = new Map(properties);
  const idLike = properties.filter(([name]) => name.startsWith(`${SYFT}idLike:`)).map(([, id]) => id);
  const given: StatedDistribution = {
    ...stated,
    id: values.get(`${SYFT}id`) ?? stated.id ?? '',
    versionId: values.get(`${SYFT}versionID`) ?? stated.versionId,
    codename: values.get(`${SYFT}versionCodename`),
    prettyName: values.get(`${SYFT}prettyName`) ?? stated.prettyName,
    idLike,
  };
  return toDistribution(given);
}
