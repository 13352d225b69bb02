"""The key of the simulated client: the same in every process, and worth nothing anywhere else."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

KEY_ID = "simulated"
_PRIMES = (
    0x_EB7605DAC92724841D2D5A484CF1B56111AC1FBE33D456E8500070DD370A9E93_EC922AA2932321BA3B5313F4C12CC581F88D30B36CB32AE7BED8B23B7C0C949C_C34583E0E09418D17E8D4A81DE9BD21224ABD3B03ADE313ED2D8DD876A083704_9A45D5EC8E7A37DEE9B03A252B1227AC1E825174FEDEB1457B1E7559758DEDC7,
    0x_D052E15F8E72C3B04D6B6FD3EF685406EBE2EA5384E06A555F944857DD93C44D_2CE85E21323B9E2B1D9D14566454BA289C45233DBB0BB146CEB3D9B1BFD09D16_90A50D41098A54D41E54EE4E3553FCB242F7E02BD99577916AA1C7B793A3F801_AAFF5B73BC1C86F14F1600CB5E20DE014563BE97856187115C467AB0A1D08309,
)
_EXPONENT = 65537


@cache
def simulated_key() -> RSAKey:
    """A key of 2048 bits. Desks in several processes sign with it, so it is not made anew."""
    p, q = _PRIMES
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    )
    return RSAKey(numbers.private_key(), None, {"kid": KEY_ID, "use": "sig"})
