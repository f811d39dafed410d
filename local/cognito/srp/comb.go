package srp

import (
	"math/big"
	"sync"
)

// The comb: powers of g for exponents of up to 256 bits, read as combTeeth rows of
// combSpan bits (Lim and Lee, "More Flexible Exponentiation with Precomputation",
// 1994). Both g^b and g^x have such exponents and always the same base, so a
// table of 256 numbers (100 kB, made in about 2 ms by whoever first needs it)
// replaces four fifths of the multiplications.
const (
	combTeeth = 8
	combSpan  = 8 * privateBytes / combTeeth
)

// combTable holds, for every set of rows, the product of g^(2^(combSpan*row)).
var combTable = sync.OnceValue(func() []*big.Int {
	table := make([]*big.Int, 1<<combTeeth)
	table[0] = big.NewInt(1)
	power := g
	for row := range combTeeth {
		for below := range 1 << row {
			table[1<<row|below] = mulMod(power, table[below])
		}
		for range combSpan {
			power = mulMod(power, power)
		}
	}
	return table
})

// expG is g^exponent mod N.
func expG(exponent *big.Int) *big.Int {
	if exponent.BitLen() > combTeeth*combSpan {
		return new(big.Int).Exp(g, exponent, n)
	}
	table := combTable()
	result := big.NewInt(1)
	for column := combSpan - 1; column >= 0; column-- {
		result = mulMod(result, result)
		rows := uint(0)
		for row := range combTeeth {
			rows |= exponent.Bit(row*combSpan+column) << row
		}
		result = mulMod(result, table[rows])
	}
	return result
}

func mulMod(a, b *big.Int) *big.Int {
	product := new(big.Int).Mul(a, b)
	return product.Mod(product, n)
}
