"""Makes elsewhere.jpg: a picture signed by c2pa-python, as a file that Kinora had no part in.

A "camera" signs a first picture, an "editor" one that was made from it; their certificates come from an authority made for the day. The
keys are thrown away. The certificates are valid for a hundred years, so that the tests do not end with them.

    .venv-c2pa/bin/python e2e/elsewhere.py     (needs ffmpeg)
"""
import datetime
import json
import pathlib
import subprocess
import tempfile

from c2pa import Builder, C2paSignerInfo, C2paSigningAlg, Context, Signer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = pathlib.Path(__file__).parent
SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def name(common: str) -> x509.Name:
    oid = x509.oid.NameOID
    return x509.Name([x509.NameAttribute(oid.COMMON_NAME, common), x509.NameAttribute(oid.ORGANIZATION_NAME, "Elsewhere")])


def certificate(subject: str, key, issuer: str, issuer_key, authority: bool) -> x509.Certificate:
    start = datetime.datetime(2026, 1, 1)
    usage = dict.fromkeys("content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only".split(), False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def signer(subject: str, authority_key) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    chain = [certificate(subject, key, "Elsewhere Authority", authority_key, False), certificate("Elsewhere Authority", authority_key, "Elsewhere Authority", authority_key, True)]
    pem = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Signer.from_info(C2paSignerInfo(C2paSigningAlg.ES256, pem, private, None))


def manifest_builder(generator: str, title: str, actions: list) -> Builder:
    small = Context.from_dict({"builder": {"thumbnail": {"enabled": False}}})
    return Builder.from_json(json.dumps({
        "claim_generator_info": [{"name": generator, "version": "1.0"}],
        "title": title,
        "format": "image/jpeg",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }), small)


def main() -> None:
    authority_key = ec.generate_private_key(ec.SECP256R1())
    with tempfile.TemporaryDirectory() as folder:
        plain, taken = f"{folder}/plain.jpg", f"{folder}/taken.jpg"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "1", plain], check=True)
        camera = manifest_builder("Elsewhere Camera", "photo.jpg", [{"action": "c2pa.created", "digitalSourceType": f"{SOURCES}digitalCapture"}])
        camera.sign_file(plain, taken, signer("Elsewhere Camera 7", authority_key))
        editor = manifest_builder("Elsewhere Editor", "poster.jpg", [
            {"action": "c2pa.opened", "parameters": {"ingredientIds": ["photo"]}},
            {"action": "c2pa.color_adjustments", "description": "Warmer"},
        ])
        with open(taken, "rb") as photo:
            editor.add_ingredient({"title": "photo.jpg", "relationship": "parentOf", "label": "photo"}, "image/jpeg", photo)
        out = HERE / "elsewhere.jpg"
        out.unlink(missing_ok=True)
        editor.sign_file(taken, out, signer("Elsewhere Editor", authority_key))


if __name__ == "__main__":
    main()
