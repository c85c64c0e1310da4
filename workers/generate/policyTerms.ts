/**
 * The words that `policy.ts` looks for, in English and Indonesian: the file to review and to extend.
 *
 * Terms are lower-case, without accents. A term is one word or a phrase; `*` at the end of a word matches any ending. Words are
 * listed only where they are hardly ever harmless; whatever depends on its neighbours stands in a pair (`violentVerbs` near `victims`). `·` is the end of the text.
 * This is a first list, not a complete one: it cannot know every name or every way to say something.
 */

/** Harmless phrases that hold a listed word. They are taken out before anything is looked for. */
export const harmless = [
  'naked eye', 'naked eyes', 'naked flame', 'naked tree*', 'naked branch*', 'naked mole rat*', 'shooting star*', 'shooting hoops', 'nude colour*', 'nude color*', 'nude shade*',
  'kill* the light*', 'kill* the engine*', 'kill* the music', 'kill* time', 'killer whale*',
  'blood moon*', 'blood orange*', 'trump card*', 'suicide squeeze',
  'bertelanjang kaki', 'telanjang kaki', 'bertelanjang dada', 'mata telanjang',
  'mematikan lampu', 'matikan lampu', 'bulan merah darah',
]

export const sexual = [
  'porn*', 'xxx', 'nsfw', 'nude', 'nudes', 'nudity', 'nudist*', 'naked', 'nakedness', 'topless',
  'sex', 'sexual*', 'sexually', 'intercourse', 'erotic*', 'hentai', 'orgasm*', 'orgy', 'orgies', 'masturbat*', 'blowjob*', 'handjob*',
  'penis*', 'vagina*', 'vulva*', 'genital*', 'clitoris', 'boobs', 'tits', 'nipple*', 'cumshot*', 'ejaculat*', 'bdsm', 'fetish*',
  'striptease*', 'stripping naked', 'without any clothes', 'with no clothes', 'wearing nothing', 'making love', 'upskirt', 'deepfake nude*',
  'rape', 'raped', 'raping', 'rapes', 'rapist*', 'molest*', 'people fucking', 'couple fucking', 'fucks', 'fucked by', 'bestiality', 'zoophil*', 'incest*',
  'bokep', 'porno*', 'bugil', 'telanjang', 'bertelanjang', 'seks', 'seksual*', 'mesum', 'cabul', 'pencabulan', 'mencabuli', 'dicabuli', 'ngentot*', 'entot', 'ngewe', 'kontol*', 'memek*',
  'titit', 'toket', 'colmek', 'coli', 'masturbasi', 'onani', 'bersetubuh', 'persetubuhan', 'setubuh', 'menyetubuhi', 'hubungan intim', 'berhubungan badan', 'perkosa*',
  'memperkosa', 'diperkosa', 'pemerkosa*', 'kelamin', 'payudara', 'puting', 'tanpa busana', 'tanpa baju sama sekali', 'birahi', 'erotis', 'orgasme',
]

/** Suggestive words that are refused only together with a minor. */
export const suggestive = [
  'sexy', 'seductive*', 'sensual*', 'lingerie', 'undress*', 'stripping', 'stripper*', 'thong', 'underwear', 'panties', 'provocative*', 'aroused', 'horny', 'hot body', 'no clothes',
  'without clothes', 'seksi', 'menggoda', 'pakaian dalam', 'celana dalam', 'membuka baju', 'buka baju', 'tanpa baju', 'tanpa pakaian', 'melepas baju',
]

export const minors = [
  'child', 'children', 'childlike', 'kid', 'kids', 'minors', 'underage*', 'teen', 'teens', 'teenage*', 'preteen*', 'toddler*', 'infant*', 'baby', 'babies', 'girl', 'girls', 'boy', 'boys',
  'schoolgirl*', 'schoolboy*', 'pupil', 'pupils', 'kindergarten*', 'preschool*', 'adolescent*', 'juvenile*', 'youngster*', 'daughter', 'son',
  'anak', 'anak-anak', 'bocah', 'balita', 'bayi', 'remaja', 'siswi', 'siswa', 'pelajar', 'murid', 'gadis kecil', 'gadis', 'perempuan kecil', 'abg', 'di bawah umur', 'dibawah umur', 'putri kecil', 'keponakan', 'anak sd', 'anak smp',
]

/** Refused by themselves as sexual content with minors. */
export const minorsAlone = ['loli', 'lolis', 'lolicon', 'shota', 'shotacon', 'pedo', 'pedos', 'pedophil*', 'paedophil*', 'pedofil*', 'csam', 'child porn*', 'kiddie porn*', 'jailbait', 'cp porn*']

export const graphicViolence = [
  'gore', 'gory', 'behead*', 'decapitat*', 'dismember*', 'disembowel*', 'eviscerat*', 'mutilat*', 'entrails', 'severed head*', 'severed limb*', 'severed arm*', 'severed leg*', 'guts spill*', 'intestines',
  'torture', 'tortured', 'tortures', 'torturing', 'massacre*', 'bloodbath', 'bloodshed', 'blood splatter*', 'blood gush*', 'covered in blood', 'pool of blood', 'pools of blood', 'bleeding to death', 'shot dead', 'gunned down', 'shot in the head', 'snuff film*',
  'flayed alive', 'skinned alive', 'burned alive', 'burnt alive', 'mass shooting*', 'school shooting*', 'terror attack*', 'terrorist attack*', 'suicide bomb*', 'lynch*', 'slit throat*', 'slitting throat*', 'mangled bod*',
  'memenggal*', 'dipenggal*', 'pemenggalan', 'mutilasi*', 'dimutilasi', 'memutilasi', 'disembelih hidup', 'menyiksa*', 'penyiksaan', 'disiksa', 'pembantaian', 'membantai', 'dibantai', 'berlumuran darah', 'bersimbah darah', 'genangan darah',
  'isi perut', 'usus terburai', 'bom bunuh diri', 'dibakar hidup', 'menggorok', 'digorok', 'penembakan massal',
]

/** Violence by a verb whose object (at most two words further) is a person. "Shoot a basketball" is not one. */
export const violentVerbs = [
  'kill', 'kills', 'killing', 'killed', 'murder', 'murders', 'murdering', 'murdered', 'stab', 'stabs', 'stabbing', 'stabbed', 'shoot', 'shoots', 'shooting', 'strangle*', 'strangling', 'slaughter*', 'execute', 'executes', 'executing', 'executed',
  'assassinat*', 'impale*', 'impaling', 'butcher', 'butchers', 'butchering', 'bludgeon*', 'maim*', 'crucify', 'crucifying',
  'bunuh', 'membunuh', 'dibunuh', 'menembak', 'tembak', 'menusuk', 'tusuk', 'menikam', 'tikam', 'mencekik', 'cekik', 'menyembelih', 'habisi',
]
export const victims = [
  'man', 'men', 'woman', 'women', 'person', 'people', 'human', 'humans', 'child', 'children', 'kid', 'kids', 'boy', 'boys', 'girl', 'girls', 'baby', 'him', 'them', 'her ·', 'her and', 'her with', 'her in', 'her to', 'her on', 'her by', 'her dead', 'her until', 'someone', 'somebody', 'everyone', 'crowd', 'civilian*', 'soldier*', 'police*', 'victim*', 'prisoner*', 'hostage*',
  'student*', 'teacher*', 'neighbour*', 'neighbor*', 'wife', 'husband', 'mother', 'father', 'myself', 'yourself', 'himself', 'herself', 'muslim*', 'christian*', 'jew', 'jews', 'jewish', 'refugee*',
  'orang', 'manusia', 'pria', 'wanita', 'lelaki', 'laki-laki', 'perempuan', 'anak', 'bocah', 'bayi', 'dia', 'mereka', 'polisi', 'tentara', 'korban', 'sandera', 'istri', 'suami', 'ibu', 'ayah', 'kerumunan', 'warga',
]

export const hate = [
  'nazi*', 'swastika*', 'hitler', 'heil', 'ku klux klan', 'kkk', 'white power', 'white supremac*', 'master race', 'ethnic cleansing', 'genocid*', 'holocaust denial', 'gas chamber*', 'blackface', 'subhuman*', 'untermensch*',
  'nigger*', 'nigga*', 'faggot*', 'kike', 'kikes', 'chinks', 'gook', 'gooks', 'wetback*', 'spics', 'tranny', 'trannies', 'towelhead*', 'raghead*', 'sand nigger*', 'death to jews', 'death to muslims', 'death to christians', 'death to gays',
  'cina babi', 'cina anjing', 'bunuh kafir', 'ganyang cina', 'bakar gereja', 'bakar masjid', 'bakar sinagoga', 'pembersihan etnis', 'genosida', 'usir cina', 'banci laknat', 'dasar kafir',
]

export const selfHarm = [
  'suicide', 'suicidal', 'kill myself', 'kill yourself', 'killing myself', 'kys', 'hang myself', 'hang yourself', 'hanging myself', 'hanging himself', 'hanging herself', 'hangs himself', 'hangs herself',
  'cut myself', 'cutting myself', 'cutting wrists', 'cutting her wrists', 'cutting his wrists', 'slit wrist*', 'slit my wrists', 'slitting her wrists', 'slitting his wrists', 'self harm*', 'selfharm*', 'overdose', 'overdosing', 'end my life', 'starve myself', 'pro ana', 'thinspo*',
  'bunuh diri', 'gantung diri', 'menyakiti diri', 'melukai diri', 'menyayat tangan', 'menyayat pergelangan', 'mengakhiri hidup', 'overdosis', 'minum racun',
]

/** Real people who are widely known. Living or recently so; figures of history are not listed. */
export const publicFigures = [
  'trump', 'biden', 'obama', 'kamala harris', 'hillary clinton', 'bill clinton', 'putin', 'zelensk*', 'xi jinping', 'kim jong un', 'narendra modi', 'netanyahu', 'erdogan', 'macron', 'angela merkel', 'keir starmer', 'boris johnson', 'king charles', 'prince william', 'prince harry',
  'meghan markle', 'kate middleton', 'pope francis', 'pope leo', 'dalai lama', 'elon musk', 'jeff bezos', 'mark zuckerberg', 'bill gates', 'sam altman', 'greta thunberg',
  'taylor swift', 'beyonce', 'rihanna', 'kanye west', 'kim kardashian', 'ariana grande', 'billie eilish', 'justin bieber', 'selena gomez', 'lady gaga', 'ed sheeran', 'blackpink', 'jungkook', 'tom cruise', 'tom hanks', 'brad pitt', 'angelina jolie', 'leonardo dicaprio', 'scarlett johansson',
  'emma watson', 'keanu reeves', 'dwayne johnson', 'will smith', 'morgan freeman', 'jackie chan', 'oprah*', 'joe rogan', 'mrbeast', 'cristiano ronaldo', 'lionel messi', 'messi', 'mbappe', 'lebron james', 'stephen curry', 'serena williams', 'david beckham',
  'jokowi', 'joko widodo', 'prabowo*', 'gibran rakabuming', 'megawati*', 'susilo bambang yudhoyono', 'anies baswedan', 'ganjar pranowo', 'basuki tjahaja purnama', 'ahok', 'puan maharani', 'sri mulyani', 'ridwan kamil', 'luhut*', 'erick thohir', 'kaesang*', 'raffi ahmad',
  'nagita slavina', 'agnez mo', 'agnes monica', 'raisa andriana', 'isyana sarasvati', 'deddy corbuzier', 'atta halilintar', 'iko uwais', 'joe taslim', 'dian sastro*', 'ariel noah', 'rhoma irama', 'najwa shihab', 'habib rizieq',
]
