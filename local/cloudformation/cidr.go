package cloudformation

import (
	"math/big"
	"net/netip"
	"strconv"
)

// cidr is Fn::Cidr: [ipBlock, count, cidrBits]; cidrBits is how many bits of an
// address each block keeps for hosts.
func (s *scope) cidr(argument any) (any, error) {
	malformed := invalid("Template error: Fn::Cidr requires an IP address block, the number of blocks (1 to 256) and, optionally, the number of bits that each block keeps")
	list, ok := argument.([]any)
	if !ok || len(list) < 2 || len(list) > 3 {
		return nil, malformed
	}
	arguments, known, err := s.strings(argument, malformed)
	if err != nil || !known {
		return unknown{}, err
	}
	block, err := netip.ParsePrefix(arguments[0])
	if err != nil {
		return nil, malformed
	}
	count, err := strconv.Atoi(arguments[1])
	if err != nil || count < 1 || count > 256 {
		return nil, malformed
	}
	size := block.Addr().BitLen()
	hostBits := size - block.Bits() // without cidrBits the blocks are as large as the whole
	if len(arguments) == 3 {
		if hostBits, err = strconv.Atoi(arguments[2]); err != nil || hostBits < 1 || hostBits > size-block.Bits() {
			return nil, malformed
		}
	}
	room := new(big.Int).Lsh(big.NewInt(1), uint(size-block.Bits()-hostBits))
	if room.Cmp(big.NewInt(int64(count))) < 0 {
		return nil, invalid("Template error: Fn::Cidr: %s has no room for %d blocks of %d bits", block, count, hostBits)
	}
	step := new(big.Int).Lsh(big.NewInt(1), uint(hostBits))
	next := new(big.Int).SetBytes(block.Masked().Addr().AsSlice())
	blocks := make([]any, 0, count)
	for range count {
		address, _ := netip.AddrFromSlice(next.FillBytes(make([]byte, size/8))) // as long as the block's own address
		blocks = append(blocks, netip.PrefixFrom(address, size-hostBits).String())
		next.Add(next, step)
	}
	return blocks, nil
}
