import { Capabilities, ConfigValue, OrdererAddresses, type ConfigGroup } from '../protos/config.ts'

/**
 * Write where the orderer is reached into the root of a channel's configuration: for each organisation of orderers, and
 * for the whole channel below the capability V3_0, which allows that no longer (common/channelconfig/channel.go, v3.1.5;
 * a `peer` command of 2.5 reads nothing else). Changes the group.
 * @param address `host:port`
 */
export function setOrdererAddress(root: ConfigGroup, address: string): void {
  const addresses = new OrdererAddresses()
  addresses.addAddresses(address)
  const put = (group: ConfigGroup, name: string, modPolicy: string) => {
    const value = new ConfigValue()
    value.setValue(addresses.serializeBinary())
    value.setModPolicy(modPolicy)
    group.getValuesMap().set(name, value)
  }
  if (!isV3(root)) put(root, 'OrdererAddresses', '/Channel/Orderer/Admins')
  const organisations = root.getGroupsMap().get('Orderer')?.getGroupsMap()
  organisations?.forEach((group) => put(group, 'Endpoints', 'Admins'))
}

function isV3(root: ConfigGroup): boolean {
  const value = root.getValuesMap().get('Capabilities')?.getValue_asU8() ?? new Uint8Array()
  return Capabilities.deserializeBinary(value).getCapabilitiesMap().has('V3_0')
}
