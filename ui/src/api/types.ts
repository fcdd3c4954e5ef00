import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Session = Schemas['Session'];
export type Kind = Schemas['Kind'];
export type SettingField = Schemas['SettingField'];
export type Channel = Schemas['Channel'];
export type Media = Schemas['Media'];
export type Post = Schemas['Post'];
export type PostStatus = Schemas['PostStatus'];
export type NewPost = Schemas['NewPost'];
export type NewPublish = Schemas['NewPublish'];
export type PostImage = Schemas['Image'];
export type Override = Schemas['Override'];
export type Preview = Schemas['Preview'];
export type PreviewImage = Schemas['PreviewImage'];
export type PreviewRequest = Schemas['PreviewRequest'];
export type Issue = Schemas['Issue'];
export type Amount = Schemas['Amount'];
export type Delivery = Schemas['Delivery'];
export type DeliveryStatus = Schemas['DeliveryStatus'];
export type Attempt = Schemas['Attempt'];
export type Failure = Schemas['Failure'];
export type Point = Schemas['Point'];
export type StreamEvent = Schemas['StreamEvent'];
