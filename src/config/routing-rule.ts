import { z } from 'zod';
import { AE_TITLE_RULE, isAeTitle } from '../dicom/ae-title.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';

/** What a reading can end with, as a rule names it. */
export const ROUTED_DECISIONS = [...REFERRAL_CLASSES, 'not-assessed'] as const;
export type RoutedDecision = (typeof ROUTED_DECISIONS)[number];

/**
 * Attributes of the scan that a rule may look at: those that say which device, place or examination it comes from.
 * Nothing of the patient: a rule is shown, logged and explained.
 */
export const ROUTING_ATTRIBUTES = [
  'Modality',
  'Manufacturer',
  'ManufacturerModelName',
  'DeviceSerialNumber',
  'SoftwareVersions',
  'StationName',
  'InstitutionName',
  'ProtocolName',
  'StudyDescription',
  'SeriesDescription',
  'ImageLaterality',
] as const;
export type RoutingAttribute = (typeof ROUTING_ATTRIBUTES)[number];

/** Every condition that a rule has must hold; of the values of one condition, any. */
export interface RoutingRule {
  readonly callingAeTitles?: readonly string[] | undefined;
  /** Ids of device profiles. */
  readonly devices?: readonly string[] | undefined;
  readonly decisions?: readonly RoutedDecision[] | undefined;
  /** Patterns by keyword: `*` stands for any characters, upper and lower case are the same. */
  readonly attributes?: Readonly<Partial<Record<RoutingAttribute, string>>> | undefined;
}

const some = <Item extends z.ZodType>(item: Item) =>
  z.array(item).min(1, 'name at least one').optional();

export const ROUTING_RULE_SCHEMA = z
  .strictObject({
    callingAeTitles: some(z.string().refine(isAeTitle, AE_TITLE_RULE)),
    devices: some(z.string().min(1)),
    decisions: some(z.enum(ROUTED_DECISIONS)),
    attributes: z.partialRecord(z.enum(ROUTING_ATTRIBUTES), z.string().min(1)).optional(),
  })
  .refine((rule) => Object.keys(rule).length > 0, 'a rule has at least one condition');

/** A rule in words, for `octriage check`. */
export function describeRule(rule: RoutingRule): string {
  const { callingAeTitles, devices, decisions, attributes = {} } = rule;
  const conditions = [
    callingAeTitles && `sent by ${callingAeTitles.join(' or ')}`,
    devices && `device ${devices.join(' or ')}`,
    decisions && `decision ${decisions.join(' or ')}`,
    ...Object.entries(attributes).map(([keyword, pattern]) => `${keyword} like '${pattern}'`),
  ];
  return conditions.filter((condition) => condition !== undefined).join(' and ');
}
